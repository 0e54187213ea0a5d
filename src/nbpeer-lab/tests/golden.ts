import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const GOLDEN = join(__dirname, '../../../tests/lab/golden');

/** What the server really answers: written by its own tests. */
// The caller says what it expects: the type is a promise that the tests then hold it to.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export const golden = <T>(name: string): T =>
  JSON.parse(readFileSync(join(GOLDEN, `${name}.json`), 'utf8')) as T;

/** English as it stands in the source. */
export const trans = {
  __: (text: string, ...values: unknown[]) => filled(text, values),
  _n: (one: string, many: string, count: number, ...values: unknown[]) =>
    filled(count === 1 ? one : many, values)
} as never;

const filled = (text: string, values: unknown[]): string =>
  values.reduce<string>((sum, value, at) => sum.replaceAll(`%${at + 1}`, String(value)), text);
