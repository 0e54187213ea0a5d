import type { NotebookPanel } from '@jupyterlab/notebook';

import { whereIs } from './places';
import type { Place } from './tools';

/** Show a cell, and put the cursor on a line of it. Answers whether it was there. */
export async function jump(panel: NotebookPanel, place: Place): Promise<boolean> {
  const notebook = panel.content;
  const at = whereIs(Array.from(notebook.model?.cells ?? []), place);
  const cell = notebook.widgets[at];
  if (!cell) {
    return false;
  }
  notebook.activeCellIndex = at;
  notebook.deselectAll();
  await notebook.scrollToItem(at, 'smart');
  await cell.ready;
  if (place.line > 0 && cell.editor) {
    const line = place.line - 1;
    const column = Math.max(0, place.column - 1);
    if (cell.model.type === 'markdown' && 'rendered' in cell) {
      cell.rendered = false;
    }
    cell.editor.setCursorPosition({ line, column });
    cell.editor.revealPosition({ line, column });
  }
  cell.node.classList.add('nbpeer-jumped');
  window.setTimeout(() => cell.node.classList.remove('nbpeer-jumped'), 1600);
  return true;
}
