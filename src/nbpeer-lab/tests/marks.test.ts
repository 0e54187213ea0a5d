import type { Changes } from '../src/answers';
import { marksOf } from '../src/marks/words';
import { golden, trans } from './golden';

const changes = golden<Changes>('changes').cells;
const cells = ['c1', 'c2', 'c817', 'c5', 'c294'].map(id => ({ id }));

test('a changed cell has its word, by its id', () => {
  const marks = marksOf(changes, cells, trans);
  expect(marks.get('c817')?.word).toBe('changed');
  expect(marks.get('c294')?.word).toBe('added');
});

test('a removed cell is told at the cell it stood before', () => {
  expect(marksOf(changes, cells, trans).get('c5')).toEqual({
    kind: 'removed',
    word: 'removed above',
    title: 'cell 4, removed'
  });
});

test('a cell removed from the end is told below the last one', () => {
  const end = changes.map(cell => (cell.after_index >= 0 ? { ...cell, after_index: 5 } : cell));
  expect(marksOf(end, cells, trans).get('c294')?.word).toBe('added, removed below');
});

test('a notebook without cells has no marks', () => {
  expect(marksOf(changes, [], trans).size).toBe(0);
});
