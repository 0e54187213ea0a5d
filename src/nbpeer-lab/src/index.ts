import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ILabShell, ILayoutRestorer } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { COMMANDS } from './commands/names';
import { EditorMarks } from './marks/editors';
import { start } from './start';

const PLUGIN = 'nbpeer:plugin';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN,
  description: 'The review beside the notebook.',
  autoStart: true,
  requires: [INotebookTracker, IRenderMimeRegistry, IEditorServices],
  optional: [
    IEditorExtensionRegistry,
    ISettingRegistry,
    ITranslator,
    ICommandPalette,
    ILabShell,
    ILayoutRestorer,
    IDefaultFileBrowser
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    editors: IEditorServices,
    extensions: IEditorExtensionRegistry | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('nbpeer');
    const marks = new EditorMarks();
    if (extensions) {
      marks.register(extensions);
    }
    const widget = start({
      app,
      tracker,
      rendermime,
      editors,
      marks,
      settings,
      labShell,
      browser,
      trans,
      plugin: PLUGIN
    });
    restorer?.add(widget, widget.id);
    for (const command of Object.values(COMMANDS)) {
      palette?.addItem({ command, category: trans.__('Analysis Review') });
    }
  }
};

export default plugin;
