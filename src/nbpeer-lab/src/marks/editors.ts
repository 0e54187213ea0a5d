import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { EditorExtensionRegistry } from '@jupyterlab/codemirror';

import { Underlines, underlining } from './findings';

/** The underlines of every open notebook, found by its shared model. */
export class EditorMarks {
  private readonly byNotebook = new WeakMap<object, Underlines>();

  of(notebook: object): Underlines {
    let underlines = this.byNotebook.get(notebook);
    if (!underlines) {
      underlines = new Underlines();
      this.byNotebook.set(notebook, underlines);
    }
    return underlines;
  }

  register(registry: IEditorExtensionRegistry): void {
    registry.addExtension({
      name: 'nbpeer:findings',
      factory: ({ model }) => {
        const cell = cellOf(model);
        return cell
          ? EditorExtensionRegistry.createImmutableExtension(underlining(cell.id, this.of(cell.notebook)))
          : null;
      }
    });
  }
}

function cellOf(model: CodeEditor.IModel): { id: string; notebook: object } | null {
  const shared = model.sharedModel as { getId?: () => string; notebook?: object | null };
  return shared.getId && shared.notebook ? { id: shared.getId(), notebook: shared.notebook } : null;
}
