/** Changes and results, before and after. */

export type Side = 'same' | 'removed' | 'added';

export interface Piece {
  change: Side;
  text: string;
}

export interface Line {
  change: Side;
  before: number;
  after: number;
  pieces: Piece[];
}

export interface Picture {
  label: string;
  uri: string;
}

export interface OutputChange {
  verdict: string;
  said: string;
  values: string[];
  lines: (Line | null)[];
  more: number;
  pictures: Picture[];
}

export interface CellPlace {
  index: number;
  cell_id: string | null;
}

export interface ChangedCell {
  kind: string;
  word: string;
  title: string;
  notes: string[];
  cells: CellPlace[];
  cell_type: string;
  after_index: number;
  lines: (Line | null)[];
  outputs: OutputChange[];
}

export type Since = 'base' | 'look';

export interface Changes {
  path: string;
  since: Since;
  before: string;
  time: string;
  status: string;
  before_path: string;
  summary: string;
  problem: string;
  cells: ChangedCell[];
}

export interface Grid {
  columns: string[];
  rows: { change: string; cells: { text: string; before: string; change: string; numeric: boolean }[] }[];
  left_out: number;
}

export interface Result {
  name: string;
  verdict: 'changed' | 'removed' | 'added' | 'within_tolerance' | 'unchanged';
  said: string;
  detail: string;
  note: string;
  before: string;
  after: string;
  delta: string;
  unit: string;
  old_unit: string;
  words: Piece[];
  grid: Grid | null;
  pictures: Picture[];
}

export interface Results {
  path: string;
  before: string;
  recorded: boolean;
  stale: string;
  problem: string;
  results: Result[];
  groups: {
    title: string;
    rows: { name: string; before: string | null; after: string | null; said: string }[];
  }[];
  expectations: { name: string; passed: boolean; detail: string }[];
  caveats: string[];
  metrics: string[];
}
