// The search library of the site of analyses, put beside our own scripts as one readable file with its licence.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const from = new URL('node_modules/minisearch/', import.meta.url);
const to = new URL('../nbpeer/render/assets/vendor/', import.meta.url);
const read = name => readFileSync(new URL(name, from), 'utf8');

const { version } = JSON.parse(read('package.json'));
const script = read('dist/umd/index.js').replace(/^\/\/# sourceMappingURL=.*\n?/m, '');
mkdirSync(to, { recursive: true });
writeFileSync(
  new URL('minisearch.js', to),
  `/* MiniSearch ${version}\n${read('LICENSE.txt').trimEnd()}\n*/\n${script.trimEnd()}\n`
);
