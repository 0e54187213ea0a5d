import type { NotebookPanel } from '@jupyterlab/notebook';

/** Call back once the list of cells has changed, at most once a frame, never for typing. Answers how to stop. */
export function watchCells(panel: NotebookPanel, changed: () => void): () => void {
  let frame = 0;
  const soon = (): void => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      if (!panel.isDisposed) {
        changed();
      }
    });
  };
  const cells = panel.content.model?.cells;
  cells?.changed.connect(soon);
  return () => {
    cancelAnimationFrame(frame);
    cells?.changed.disconnect(soon);
  };
}
