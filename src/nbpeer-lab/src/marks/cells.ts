import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChangedCell } from '../answers';
import { whereIs } from '../places';
import { watchCells } from './watch';

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

const MARK = 'nbpeer-mark';

/** Puts marks beside the cells of one notebook, and puts them back whenever its cells change. */
export class CellMarks {
  private marks: ReadonlyMap<string, CellMark> = new Map();
  private readonly stop: () => void;

  constructor(
    private readonly panel: NotebookPanel,
    private readonly pressed: (cell: string) => void,
    private readonly trans: TranslationBundle
  ) {
    this.stop = watchCells(panel, () => this.again());
  }

  dispose(): void {
    this.stop();
    this.set(new Map());
  }

  set(marks: ReadonlyMap<string, CellMark>): void {
    this.marks = marks;
    this.again();
  }

  private again(): void {
    if (!this.panel.content.isDisposed) {
      this.panel.content.widgets.forEach(cell => this.draw(cell));
    }
  }

  private draw(cell: Cell): void {
    const mark = this.marks.get(cell.model.id);
    const there = cell.node.querySelector<HTMLElement>(`:scope > .${MARK}`);
    if (!mark) {
      there?.remove();
      delete cell.node.dataset['nbpeerChange'];
    } else if (there?.title !== mark.title || there.textContent !== mark.word) {
      there?.remove();
      cell.node.dataset['nbpeerChange'] = mark.kind;
      cell.node.append(this.button(cell.model.id, mark));
    }
  }

  private button(cell: string, mark: CellMark): HTMLElement {
    const button = document.createElement('button');
    button.className = MARK;
    button.textContent = mark.word;
    button.title = mark.title;
    button.setAttribute('aria-label', this.trans.__('%1: show it in the review', mark.title));
    button.addEventListener('click', () => this.pressed(cell));
    return button;
  }
}
