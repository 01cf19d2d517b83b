import js from '@eslint/js'
import prettier from 'eslint-config-prettier'
import typescript from 'typescript-eslint'

export default typescript.config(
  { ignores: ['node_modules', 'dist'] },
  js.configs.recommended,
  ...typescript.configs.recommended,
  {
    rules: {
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-undef': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
    },
  },
  { files: ['src/**'], rules: { 'max-lines-per-function': ['error', { max: 70 }] } },
  prettier,
)
