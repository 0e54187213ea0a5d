import type { Extension, Range } from '@codemirror/state';
import { StateEffect, StateField } from '@codemirror/state';
import type { DecorationSet, Tooltip } from '@codemirror/view';
import { Decoration, EditorView, hoverTooltip, ViewPlugin } from '@codemirror/view';

import { span } from '../places';

/** A finding as it is underlined. */
export interface Underline {
  line: number;
  column: number;
  severity: string;
  text: string;
}

type Watcher = () => void;

/** What to underline in the cells of one notebook, by cell id. */
export class Underlines {
  private byCell = new Map<string, readonly Underline[]>();
  private readonly watchers = new Set<Watcher>();

  of = (cell: string): readonly Underline[] => this.byCell.get(cell) ?? [];

  set(byCell: Map<string, readonly Underline[]>): void {
    this.byCell = byCell;
    this.watchers.forEach(watcher => watcher());
  }

  watch(watcher: Watcher): () => void {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
    };
  }
}

const replace = StateEffect.define<readonly Underline[]>();

const ranges = (source: string, underlines: readonly Underline[]): DecorationSet =>
  Decoration.set(
    underlines.flatMap((underline): Range<Decoration>[] => {
      const found = span(source, underline.line, underline.column);
      return found ? [mark(underline).range(found.from, found.to)] : [];
    }),
    true
  );

const mark = ({ severity, text }: Underline): Decoration =>
  Decoration.mark({ class: `nbpeer-underline nbpeer-underline-${severity}`, text });

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (underlines, transaction) => {
    const set = transaction.effects.find(effect => effect.is(replace));
    return set ? ranges(transaction.newDoc.toString(), set.value) : underlines.map(transaction.changes);
  },
  provide: own => EditorView.decorations.from(own)
});

const tooltip = hoverTooltip((view, position): Tooltip | null => {
  const texts: string[] = [];
  let [from, to] = [position, position];
  view.state.field(field).between(position, position, (start, end, value) => {
    texts.push((value.spec as { text: string }).text);
    [from, to] = [Math.min(from, start), Math.max(to, end)];
  });
  return texts.length > 0
    ? { pos: from, end: to, above: true, create: () => ({ dom: balloon(texts) }) }
    : null;
});

function balloon(texts: string[]): HTMLElement {
  const dom = document.createElement('div');
  dom.className = 'nbpeer-balloon';
  dom.setAttribute('role', 'tooltip');
  for (const text of texts) {
    const line = document.createElement('p');
    line.textContent = text;
    dom.append(line);
  }
  return dom;
}

/** The editor extension of one cell: it lives as long as its editor, windowed or not. */
export function underlining(cell: string, underlines: Underlines): Extension {
  const follower = ViewPlugin.define(view => {
    const apply = (): void => view.dispatch({ effects: replace.of(underlines.of(cell)) });
    const stop = underlines.watch(apply);
    // An editor may not be changed while it is being built.
    queueMicrotask(() => {
      if (underlines.of(cell).length > 0) {
        apply();
      }
    });
    return { destroy: stop };
  });
  return [field, follower, tooltip];
}
