import type { CellPlace } from './answers';

/** The least of a cell that a place is matched against. */
export interface Identified {
  id: string;
}

/** Where a cell is now: by its id; by its number only where the file has no ids. -1 when it is gone. */
export function whereIs(cells: readonly Identified[], place: CellPlace): number {
  if (place.cell_id !== null) {
    return cells.findIndex(cell => cell.id === place.cell_id);
  }
  return place.index >= 0 && place.index < cells.length ? place.index : -1;
}

/** Offsets of what to underline in a source: from a column to the end of its line, or a whole line's text. */
export function span(source: string, line: number, column: number): { from: number; to: number } | null {
  const lines = source.split('\n');
  const text = lines[line - 1];
  if (line < 1 || text === undefined) {
    return null;
  }
  const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const indent = text.length - text.trimStart().length;
  const from = start + Math.min(Math.max(column > 0 ? column - 1 : 0, indent), text.length);
  const to = start + text.trimEnd().length;
  return to > from ? { from, to } : null;
}

/** All that a review sees of cells, as one text to compare. */
export const fingerprint = (cells: readonly { type: string; source: string; tags: unknown }[]): string =>
  JSON.stringify(cells.map(({ type, source, tags }) => [type, source, Array.isArray(tags) ? tags : []]));
