import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Contents } from '@jupyterlab/services';

import type { Api, Source } from './api';
import type { Edits as Answered, RunState } from './answers';
import { apply } from './edits';
import type { Edits } from './edited';
import { watchEdits } from './edited';
import type { Part } from './facts';
import { noFacts, PARTS } from './facts';
import { Loader } from './loader';
import { Runner } from './runner';
import { Store } from './store';
import { TickKeeper } from './tickkeeper';

export interface DeskOptions {
  panel: NotebookPanel;
  api: Api;
  contents: Contents.IManager;
  base: () => string;
  wanted: () => ReadonlySet<Part>;
  trans: TranslationBundle;
}

/** One open notebook and all that is known of its review. It outlives being in front; it dies with its notebook. */
export class Desk {
  readonly store: Store<ReturnType<typeof noFacts>>;
  readonly ticks: TickKeeper;
  readonly runner: Runner;
  private readonly loader: Loader;
  private edits: Edits | null = null;
  private isStopped = false;

  constructor(private readonly options: DeskOptions) {
    const { api } = options;
    this.store = new Store(noFacts(this.localPath()));
    this.loader = new Loader(
      api,
      this.store,
      {
        source: () => this.source(),
        base: options.base,
        sha256: () => this.believedDigest()
      },
      options.wanted
    );
    this.ticks = new TickKeeper(api, this.store, () => void this.loader.refresh(PARTS));
    this.runner = new Runner(api, this.store, run => this.runEnded(run));
    this.connect();
  }

  get panel(): NotebookPanel {
    return this.options.panel;
  }

  /** What the server should look at: the file when the editor holds nothing else. */
  source(): Source {
    return this.store.get().edited ? this.buffer() : { path: this.store.get().path };
  }

  /** What is in the editor, whatever the file holds. */
  buffer(): Source {
    return { path: this.store.get().path, notebook: this.panel.context.model.toJSON() as object };
  }

  load(): Promise<void> {
    return this.loader.load();
  }

  refresh(parts: readonly Part[] = PARTS): Promise<void> {
    return this.loader.refresh(parts);
  }

  say(said: string): void {
    this.store.set({ said });
  }

  /** Put an answer's edits into the editor and look at it again. */
  async apply(edits: Answered): Promise<void> {
    const { model } = this.panel.content;
    if (model && edits.cells.length > 0) {
      apply(model, edits);
    }
    this.say(edits.said);
    this.edits?.look();
    await this.refresh(['checks']);
  }

  stop(): void {
    if (!this.isStopped) {
      this.isStopped = true;
      this.loader.stop();
      this.ticks.stop();
      this.runner.stop();
      this.edits?.stop();
      this.options.contents.fileChanged.disconnect(this.fileChanged);
    }
  }

  private connect(): void {
    const { context, content } = this.panel;
    context.saveState.connect((_, state) => {
      if (state === 'completed') {
        void this.refresh();
      }
    });
    context.pathChanged.connect(() => {
      this.store.set({
        ...noFacts(this.localPath()),
        since: this.store.get().since,
        run: this.store.get().run
      });
      void this.refresh();
    });
    context.fileChanged.connect(() => void this.refresh());
    this.edits = watchEdits(this.panel, edited => {
      this.store.set({ edited });
      if (!edited) {
        void this.refresh();
      }
    });
    content.disposed.connect(() => this.stop());
    this.options.contents.fileChanged.connect(this.fileChanged);
  }

  private readonly fileChanged = (_: unknown, change: Contents.IChangedArgs): void => {
    const { trans } = this.options;
    const { path } = this.panel.context;
    if (change.type === 'delete' && change.oldValue?.path === path) {
      this.store.set({
        gone: trans.__('%1 was deleted. What you see is still open here: save it to keep it.', path)
      });
    } else if (change.type === 'save' && change.newValue?.path === path) {
      this.store.set({ gone: '' });
    }
  };

  private runEnded(run: RunState): void {
    this.say(run.result?.problem || run.result?.said[0] || '');
    void this.refresh();
  }

  private localPath(): string {
    const { contents, panel } = this.options;
    return contents.localPath(panel.context.path);
  }

  private believedDigest(): string | undefined {
    const known = this.panel.context.contentsModel as { hash?: string; hash_algorithm?: string } | null;
    return known?.hash && known.hash_algorithm === 'sha256' ? known.hash : undefined;
  }
}
