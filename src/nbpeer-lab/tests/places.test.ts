import { fingerprint, span, whereIs } from '../src/places';

const cells = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];

test('a cell is found by its id, wherever it moved', () => {
  expect(whereIs(cells, { cell_id: 'c', index: 0 })).toBe(2);
});

test('a cell that is gone is not mistaken for its successor', () => {
  expect(whereIs(cells, { cell_id: 'x', index: 1 })).toBe(-1);
});

test('a notebook without ids goes by number', () => {
  expect(whereIs(cells, { cell_id: null, index: 1 })).toBe(1);
  expect(whereIs(cells, { cell_id: null, index: 9 })).toBe(-1);
  expect(whereIs(cells, { cell_id: null, index: -1 })).toBe(-1);
});

test.each([
  ['a whole line, without its indent', '  x = 1  \ny', 1, 0, { from: 2, to: 7 }],
  ['from a column', 'x = f(1)\ny = 2', 2, 5, { from: 13, to: 14 }],
  ['nothing on an empty line', '\nx', 1, 1, null],
  ['nothing beyond the end', 'x', 4, 1, null],
  ['nothing for a whole cell', 'x', 0, 0, null],
  ['nothing past the end of a line', 'x', 1, 40, null]
])('underlined: %s', (_, source, line, column, expected) => {
  expect(span(source, line, column)).toEqual(expected);
});

test('a review sees sources, types and tags, and no more', () => {
  const cell = { type: 'code', source: 'x', tags: undefined };
  expect(fingerprint([cell])).toBe(fingerprint([{ ...cell, tags: [] }]));
  expect(fingerprint([cell])).not.toBe(fingerprint([{ ...cell, source: 'y' }]));
  expect(fingerprint([cell])).not.toBe(fingerprint([{ ...cell, type: 'raw' }]));
  expect(fingerprint([cell])).not.toBe(fingerprint([{ ...cell, tags: ['parameters'] }]));
});
