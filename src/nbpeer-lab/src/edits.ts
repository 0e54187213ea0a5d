import type { INotebookModel } from '@jupyterlab/notebook';

import type { Edits } from './answers';
import { whereIs } from './places';

/** The cells that an answer speaks of were edited meanwhile. */
export class Outdated extends Error {}

/** Put what the server answered into the editor's model, all of it or nothing; each cell can be undone. */
export function apply(model: INotebookModel, edits: Edits): void {
  const cells = Array.from(model.cells);
  const found = edits.cells.map(edit => {
    const cell = cells[whereIs(cells, edit)];
    if (!cell || cell.sharedModel.getSource() !== edit.before) {
      throw new Outdated('the cell was edited meanwhile');
    }
    return { cell, edit };
  });
  for (const { cell, edit } of found) {
    cell.sharedModel.setSource(edit.after);
    if (edit.clear_outputs && 'clearOutputs' in cell.sharedModel) {
      (cell as unknown as { clearExecution(): void }).clearExecution();
    }
  }
}
