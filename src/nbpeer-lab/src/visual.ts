import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { Panel, type Widget } from '@lumino/widgets';

type Base = ConstructorParameters<typeof import('nbdime/lib/diff/model').NotebookDiffModel>[0];
type Diff = ConstructorParameters<typeof import('nbdime/lib/diff/model').NotebookDiffModel>[1];

interface Visual {
  base: object;
  diff: object[];
  editors: IEditorServices;
  rendermime: IRenderMimeRegistry;
}

/** The two versions side by side, cell by cell, with the pairing of cells that the panel shows. Loaded when asked for. */
export async function sideBySide({ base, diff, editors, rendermime }: Visual): Promise<Widget> {
  const [{ NotebookDiffModel }, { NotebookDiffWidget }] = await Promise.all([
    import('nbdime/lib/diff/model'),
    import('nbdime/lib/diff/widget'),
    import('./visualstyle')
  ]);
  const model = new NotebookDiffModel(base as Base, diff as Diff);
  const widget = new NotebookDiffWidget({
    model,
    rendermime,
    editorFactory: editors.factoryService.newInlineEditor.bind(editors.factoryService)
  });
  const panel = new Panel();
  panel.addClass('nbdime-root');
  panel.addClass('nbpeer-visual');
  panel.addWidget(widget);
  await widget.init();
  return panel;
}
