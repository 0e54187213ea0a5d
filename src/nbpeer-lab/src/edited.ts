import type { NotebookPanel } from '@jupyterlab/notebook';

import { fingerprint } from './places';

/** How to look now, and how to stop. */
export interface Edits {
  look: () => void;
  stop: () => void;
}

/**
 * Tell when the cells begin to differ from the saved ones, and when they no longer do. JupyterLab calls a notebook
 * dirty as soon as a kernel has written its version into it; that is nothing a reviewer should be told.
 * Sources are only read while the browser is idle, and not at all once they are known to differ.
 */
export function watchEdits(panel: NotebookPanel, tell: (edited: boolean) => void): Edits {
  const { context } = panel;
  const now = (): string =>
    fingerprint(
      Array.from(panel.content.model?.cells ?? [], cell => ({
        type: cell.type,
        source: cell.sharedModel.getSource(),
        tags: cell.getMetadata('tags') as unknown
      }))
    );
  let saved = now();
  let edited = false;
  let waiting = 0;
  const set = (value: boolean): void => {
    if (value !== edited) {
      edited = value;
      tell(value);
    }
  };
  const look = (): void => {
    waiting = 0;
    if (!panel.isDisposed && context.model.dirty) {
      set(now() !== saved);
    }
  };
  const changed = (): void => {
    if (!edited && waiting === 0) {
      waiting = window.requestIdleCallback(look, { timeout: 1000 });
    }
  };
  const cleaned = (): void => {
    if (!context.model.dirty) {
      saved = now();
      set(false);
    }
  };
  context.model.contentChanged.connect(changed);
  context.model.stateChanged.connect(cleaned);
  context.saveState.connect(cleaned);
  changed();
  return {
    look,
    stop: () => {
      window.cancelIdleCallback(waiting);
      context.model.contentChanged.disconnect(changed);
      context.model.stateChanged.disconnect(cleaned);
      context.saveState.disconnect(cleaned);
    }
  };
}
