import { LONGEST_STROKE, MOST_POINTS, MOST_STROKES } from './signing'

export type Point = [x: number, y: number]
/** Points in thousandths of the field's width, from its left and its top. */
export type Strokes = number[][][]

export const WIDTH = 1_000
export const HEIGHT = 400
/** What is nearer than this to the last point adds nothing that one could see. */
const NEAREST = 5
const INK = '#1b1a17'
const PAPER = '#ffffff'

const within = (value: number, most: number) => Math.min(most, Math.max(0, Math.round(value)))

export function beginStroke(strokes: Strokes, [x, y]: Point): Strokes {
  const isFull = strokes.length >= MOST_STROKES || pointsOf(strokes) >= MOST_POINTS
  return isFull ? strokes : [...strokes, [[within(x, WIDTH), within(y, HEIGHT)]]]
}

/** The same with the last stroke drawn on; unchanged where it would be too long or has hardly moved. */
export function drawOn(strokes: Strokes, [x, y]: Point): Strokes {
  const last = strokes[strokes.length - 1]
  if (!last || last.length >= LONGEST_STROKE || pointsOf(strokes) >= MOST_POINTS) return strokes
  const point = [within(x, WIDTH), within(y, HEIGHT)]
  const [fromX, fromY] = last[last.length - 1]!
  if (Math.hypot(point[0]! - fromX!, point[1]! - fromY!) < NEAREST) return strokes
  return [...strokes.slice(0, -1), [...last, point]]
}

export function pointsOf(strokes: Strokes): number {
  return strokes.reduce((sum, stroke) => sum + stroke.length, 0)
}

/** Draws on a canvas of any width; a name stands where there are no strokes. */
export function paint(canvas: HTMLCanvasElement, strokes: Strokes, name = ''): void {
  const context = canvas.getContext('2d')!
  const scale = canvas.width / WIDTH
  context.setTransform(scale, 0, 0, scale, 0, 0)
  context.fillStyle = PAPER
  context.fillRect(0, 0, WIDTH, HEIGHT)
  context.fillStyle = context.strokeStyle = INK
  Object.assign(context, { lineWidth: 6, lineCap: 'round', lineJoin: 'round' })
  for (const [first, ...rest] of strokes) {
    context.beginPath()
    context.moveTo(first![0]!, first![1]!)
    for (const [x, y] of rest.length > 0 ? rest : [first!]) context.lineTo(x!, y!)
    context.stroke()
  }
  if (strokes.length > 0 || name === '') return
  Object.assign(context, { font: 'italic 96px cursive', textAlign: 'center', textBaseline: 'middle' })
  context.fillText(name, WIDTH / 2, HEIGHT / 2, WIDTH - 80)
}

/** A picture of the signature, as PNG; null where the browser makes none. */
export function picture(strokes: Strokes, name: string): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: WIDTH, height: HEIGHT })
  paint(canvas, strokes, name)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}
