import js from '@eslint/js';
import hooks from 'eslint-plugin-react-hooks';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['lib', 'node_modules', 'coverage', '*.mjs', '*.cjs'] },
  js.configs.recommended,
  ...ts.configs.strictTypeChecked,
  {
    files: ['src/**/*.ts', 'src/**/*.tsx', 'tests/**/*.ts', 'tests/**/*.tsx'],
    plugins: { 'react-hooks': hooks },
    languageOptions: { parserOptions: { project: ['./tsconfig.json', './tsconfig.test.json'] } },
    rules: {
      ...hooks.configs.recommended.rules,
      '@typescript-eslint/explicit-function-return-type': ['error', { allowExpressions: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      'max-lines': ['error', 300],
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Text from a notebook is set as text.' },
        { property: 'outerHTML', message: 'Text from a notebook is set as text.' },
        { property: 'insertAdjacentHTML', message: 'Text from a notebook is set as text.' }
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Text is set as text.' }
      ]
    }
  },
  {
    files: ['tests/**/*'],
    rules: {
      '@typescript-eslint/explicit-function-return-type': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off'
    }
  },
  {
    files: ['tests/*.cjs'],
    languageOptions: { globals: { module: 'writable' } },
    extends: [ts.configs.disableTypeChecked]
  },
  { files: ['style/index.js'], extends: [ts.configs.disableTypeChecked] }
);
