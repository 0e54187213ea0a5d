import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { watchCells } from './watch';
import type { CellMark } from './words';

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
