import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChangedCell } from '../answers';
import { whereIs } from '../places';

/** What stands beside a cell: a word, and what it says in full. */
export interface CellMark {
  kind: string;
  word: string;
  title: string;
}

/** The marks by cell id. A removed cell is told at the cell it stood before. */
export function marksOf(
  changed: readonly ChangedCell[],
  cells: readonly { id: string }[],
  trans: TranslationBundle
): Map<string, CellMark> {
  const marks = new Map<string, CellMark>();
  for (const change of changed) {
    for (const place of change.cells) {
      const cell = cells[whereIs(cells, place)];
      if (cell) {
        const word = change.kind === 'unchanged' ? trans.__('outputs changed') : change.word;
        marks.set(cell.id, { kind: change.kind, word, title: change.title });
      }
    }
  }
  for (const change of changed) {
    const last = change.after_index >= cells.length;
    const cell = change.after_index < 0 ? undefined : cells[last ? cells.length - 1 : change.after_index];
    if (cell && change.cells.length === 0) {
      const word = last ? trans.__('removed below') : trans.__('removed above');
      const own = marks.get(cell.id);
      marks.set(cell.id, {
        kind: own?.kind ?? 'removed',
        word: own ? `${own.word}, ${word}` : word,
        title: own ? `${own.title}; ${change.title}` : change.title
      });
    }
  }
  return marks;
}
