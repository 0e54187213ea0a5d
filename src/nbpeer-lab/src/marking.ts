import type { TranslationBundle } from '@jupyterlab/translation';

import type { Checks } from './answers';
import type { Desk } from './desk';
import { CellMarks } from './marks/cells';
import type { EditorMarks } from './marks/editors';
import type { Underline } from './marks/findings';
import { ParametersButton } from './marks/parameters';
import { watchCells } from './marks/watch';
import type { CellMark } from './marks/words';
import { marksOf } from './marks/words';
import { whereIs } from './places';
import { counting } from './words';

export interface MarkingOptions {
  editors: EditorMarks;
  wanted: () => { changes: boolean; findings: boolean };
  showChange: (cell: string) => void;
  editParameters: () => void;
  trans: TranslationBundle;
}

/** Keeps the marks in one notebook as its desk's facts say. Answers how to stop. */
export function marking(desk: Desk, options: MarkingOptions): { again: () => void; stop: () => void } {
  const { panel, store } = desk;
  const { trans } = options;
  const marks = new CellMarks(panel, options.showChange, trans);
  const button = new ParametersButton(panel, trans.__('Edit as a form'), options.editParameters);
  let last: unknown[] = [];
  const again = (): void => {
    const { changes, checks } = store.get().answered;
    const wanted = options.wanted();
    const now = [changes, checks, wanted.changes, wanted.findings];
    if (now.every((value, at) => value === last[at])) {
      return;
    }
    last = now;
    const cells = Array.from(panel.content.model?.cells ?? []);
    marks.set(changes && wanted.changes ? marksOf(changes.cells, cells, trans) : new Map<string, CellMark>());
    const notebook = panel.content.model?.sharedModel;
    if (notebook) {
      options.editors
        .of(notebook)
        .set(checks && wanted.findings ? underlinesOf(checks, cells) : new Map<string, Underline[]>());
    }
  };
  const unwatch = store.watch(again);
  const unwatchCells = watchCells(panel, () => {
    last = [];
    again();
  });
  return {
    again,
    stop: () => {
      unwatch();
      unwatchCells();
      marks.dispose();
      button.dispose();
    }
  };
}

/** What still counts of the findings, by the id of the cell it is in. */
export function underlinesOf(checks: Checks, cells: readonly { id: string }[]): Map<string, Underline[]> {
  const found = new Map<string, Underline[]>();
  for (const finding of counting(checks)) {
    const cell = cells[whereIs(cells, finding)];
    if (cell && finding.line > 0) {
      const text = `${finding.code} ${finding.name}: ${finding.message}${finding.fix ? ` → ${finding.fix}` : ''}`;
      const { line, column, severity } = finding;
      found.set(cell.id, [...(found.get(cell.id) ?? []), { line, column, severity, text }]);
    }
  }
  return found;
}
