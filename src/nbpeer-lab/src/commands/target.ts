import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Desk } from '../desk';
import type { Desks } from '../desks';

/** Which notebook a command is about: the one named, the one selected in the file browser, or the one in front. */
export class Target {
  constructor(
    private readonly tracker: INotebookTracker,
    private readonly desks: Desks,
    private readonly commands: CommandRegistry,
    private readonly browser: IDefaultFileBrowser | null
  ) {}

  /** Whether there is one, without opening anything. */
  isThere(args: ReadonlyPartialJSONObject): boolean {
    return this.path(args) !== '' || this.tracker.currentWidget !== null;
  }

  /** Its desk; the notebook is opened when it is not. */
  async desk(args: ReadonlyPartialJSONObject): Promise<Desk | null> {
    const path = this.path(args);
    let panel = this.tracker.currentWidget;
    if (path && panel?.context.path !== path) {
      const opened: unknown = await this.commands.execute('docmanager:open', { path });
      panel = opened instanceof NotebookPanel ? opened : null;
    }
    await panel?.context.ready;
    return panel ? this.desks.of(panel) : null;
  }

  /** The folder in which something new belongs. */
  folder(args: ReadonlyPartialJSONObject): string {
    return typeof args['folder'] === 'string' ? args['folder'] : (this.browser?.model.path ?? '');
  }

  private path(args: ReadonlyPartialJSONObject): string {
    if (typeof args['path'] === 'string') {
      return args['path'];
    }
    if (args['from'] !== 'browser') {
      return '';
    }
    const [item] = this.browser?.selectedItems() ?? [];
    return item?.type === 'notebook' ? item.path : '';
  }
}
