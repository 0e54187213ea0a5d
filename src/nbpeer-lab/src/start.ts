import type { ILabShell, JupyterFrontEnd } from '@jupyterlab/application';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import { Actions } from './actions';
import { Api } from './api';
import { addCommands } from './commands/commands';
import { Target } from './commands/target';
import { Desk } from './desk';
import { Desks } from './desks';
import type { Part } from './facts';
import { joinGit } from './git';
import { intentions } from './intentions';
import { MainArea } from './mainarea';
import { marking } from './marking';
import type { EditorMarks } from './marks/editors';
import { Server } from './request';
import { attempt } from './said';
import { DEFAULTS, preferencesOf } from './settings';
import type { Fold } from './tools';
import { ReviewWidget } from './widget';

export interface StartOptions {
  app: JupyterFrontEnd;
  tracker: INotebookTracker;
  rendermime: IRenderMimeRegistry;
  editors: IEditorServices;
  marks: EditorMarks;
  settings: ISettingRegistry | null;
  labShell: ILabShell | null;
  browser: IDefaultFileBrowser | null;
  trans: TranslationBundle;
  plugin: string;
}

const POLL = 5000;

/** Put everything together: desks follow the notebooks, the panel follows the one in front. */
export function start(options: StartOptions): ReviewWidget {
  const { app, tracker, trans } = options;
  const { commands, serviceManager, shell } = app;
  const api = new Api(new Server(serviceManager.serverSettings));
  let preferences = DEFAULTS;
  const base = (): string => preferences.base;
  let front: Desk | null = null;
  const main = new MainArea(app, options.labShell !== null, trans);
  const actions = new Actions({ ...options, api, main, base });
  const fold = (name: Fold, open: boolean): void => {
    widget.fold(name, open);
    void front?.load();
  };
  const widget = new ReviewWidget(trans, intentions({ actions, desk: () => front, commands, fold, trans }));
  const wanted = (panel: NotebookPanel): ReadonlySet<Part> =>
    wantedParts(widget.isVisible && front?.panel === panel ? widget.open : null, preferences);
  const desks = new Desks(
    panel =>
      new Desk({ panel, api, base, trans, contents: serviceManager.contents, wanted: () => wanted(panel) })
  );
  const open = async (desk: Desk | null, name?: Fold): Promise<void> => {
    shell.activateById(widget.id);
    await desk?.load();
    if (name) {
      await widget.reveal(name);
    } else {
      widget.node.focus();
    }
  };
  const again: (() => void)[] = [];
  desks.came.connect((_, desk) => {
    const marked = marking(desk, {
      editors: options.marks,
      wanted: () => ({ changes: preferences.markChanges, findings: preferences.markFindings }),
      showChange: () => void open(desk, 'changes'),
      editParameters: () => void attempt(() => actions.parameters(desk)),
      trans
    });
    again.push(marked.again);
    desk.panel.disposed.connect(() => {
      marked.stop();
      again.splice(again.indexOf(marked.again), 1);
    });
    void attempt(() => desk.runner.resume());
  });
  const follow = async (panel: NotebookPanel | null): Promise<void> => {
    if (panel) {
      await panel.context.ready;
      await panel.revealed;
      await idle();
    }
    if (panel !== tracker.currentWidget || panel?.isDisposed) {
      return;
    }
    front = panel && desks.of(panel);
    widget.put(front);
    await front?.load();
  };
  tracker.currentChanged.connect((_, panel) => void follow(panel));
  widget.shown.connect(() => void front?.load());
  window.addEventListener('focus', () => void front?.refresh());
  window.setInterval(() => {
    if (widget.isVisible && document.visibilityState === 'visible') {
      void front?.ticks.poll();
    }
  }, POLL);
  addCommands({
    commands,
    api,
    actions,
    target: new Target(tracker, desks, commands, options.browser),
    open,
    trans
  });
  void options.settings?.load(options.plugin).then(settings => {
    const read = (): void => {
      preferences = preferencesOf(settings);
      again.forEach(mark => mark());
      desks.all().forEach(desk => void desk.refresh());
    };
    settings.changed.connect(read);
    read();
  });
  void app.restored
    .then(() =>
      joinGit(
        app,
        model => actions.compared(model),
        () => preferences.compareInGit
      )
    )
    .catch((problem: unknown) => console.warn('nbpeer: jupyterlab-git was left as it is', problem));
  shell.add(widget, 'right', { rank: 900 });
  void follow(tracker.currentWidget);
  return widget;
}

/** What is worth asking for: what somebody looks at, and what the marks in the notebook need. */
export function wantedParts(
  open: ReadonlySet<Fold> | null,
  { markChanges, markFindings }: { markChanges: boolean; markFindings: boolean }
): ReadonlySet<Part> {
  const parts = new Set<Part>();
  if (open) {
    parts.add('overview');
    open.forEach(name => parts.add(name === 'checklist' ? 'review' : name));
  }
  if (markFindings) {
    parts.add('checks');
  }
  if (markChanges) {
    parts.add('changes');
  }
  return parts;
}

/** Until the browser has nothing better to do: opening a notebook comes first. */
const idle = (): Promise<void> =>
  new Promise(resolve => {
    window.requestIdleCallback(() => resolve(), { timeout: 2000 });
  });
