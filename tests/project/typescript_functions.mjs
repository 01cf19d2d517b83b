// Prints, as JSON, every function of the given TypeScript and Vue files with its number of lines.
// The compiler of the PWA reads them, so that what counts as a function is not a matter of guessing.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const [repository] = process.argv.slice(2)
const typescript = createRequire(resolve(repository, 'pwa/package.json'))('typescript')
const SCRIPT_BLOCK = /<script\b[^>]*>([\s\S]*?)<\/script>/g

/** The code of a file: whole, or what stands in a component's script blocks. */
function code(path) {
  const text = readFileSync(resolve(repository, path), 'utf8')
  return path.endsWith('.vue') ? [...text.matchAll(SCRIPT_BLOCK)].map((block) => block[1]).join('\n') : text
}

/** A suite is a list of tests, not a function that somebody has to hold in mind. */
function isSuite(node) {
  return typescript.isCallExpression(node.parent) && /^(describe|suite)\b/.test(node.parent.expression.getText())
}

function name(node) {
  return node.name?.getText() ?? node.parent.name?.getText?.() ?? 'anonymous'
}

function functions(path) {
  const source = typescript.createSourceFile(path, code(path), typescript.ScriptTarget.Latest, true)
  const line = (position) => source.getLineAndCharacterOfPosition(position).line
  const found = []
  visit(source)
  return found

  function visit(node) {
    if (typescript.isFunctionLike(node) && node.body && !isSuite(node)) {
      found.push({ path, name: name(node), lines: line(node.end) - line(node.getStart()) + 1 })
    }
    typescript.forEachChild(node, visit)
  }
}

const paths = readFileSync(0, 'utf8').split('\n').filter(Boolean)
process.stdout.write(JSON.stringify(paths.flatMap(functions)))
