import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { watchCells } from './watch';

const BUTTON = 'nbpeer-parameters';

/** A button on the cell tagged `parameters`: edit it as a form. */
export class ParametersButton {
  private readonly stop: () => void;

  constructor(
    private readonly panel: NotebookPanel,
    private readonly label: string,
    private readonly pressed: () => void
  ) {
    this.stop = watchCells(panel, () => this.draw());
    this.draw();
  }

  dispose(): void {
    this.stop();
  }

  private draw(): void {
    if (!this.panel.content.isDisposed) {
      this.panel.content.widgets.forEach(cell => this.drawOne(cell));
    }
  }

  private drawOne(cell: Cell): void {
    const wanted = isParameters(cell);
    const there = cell.node.querySelector(`:scope > .${BUTTON}`);
    if (wanted && !there) {
      const button = document.createElement('button');
      button.className = `${BUTTON} nbpeer-button nbpeer-button-plain`;
      button.textContent = this.label;
      button.addEventListener('click', () => this.pressed());
      cell.node.append(button);
    } else if (!wanted) {
      there?.remove();
    }
  }
}

function isParameters(cell: Cell): boolean {
  const tags = cell.model.getMetadata('tags') as unknown;
  return cell.model.type === 'code' && Array.isArray(tags) && tags.includes('parameters');
}
