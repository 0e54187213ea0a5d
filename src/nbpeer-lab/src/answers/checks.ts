/** What the rules found, and what to change in the editor. */

export interface Finding {
  id: string;
  code: string;
  name: string;
  severity: 'error' | 'warning' | 'info';
  message: string;
  cell: number;
  index: number;
  cell_id: string | null;
  line: number;
  column: number;
  excerpt: string;
  fix: string;
  fixable: boolean;
  waivable: boolean;
  waived: string;
  known: boolean;
}

export interface Checks {
  path: string;
  readable: boolean;
  clean: boolean;
  said: string;
  findings: Finding[];
}

export interface Rule {
  code: string;
  name: string;
  summary: string;
  /** Markdown, of nbpeer's own documentation. */
  page: string;
}

export interface CellEdit {
  index: number;
  cell_id: string | null;
  before: string;
  after: string;
  clear_outputs: boolean;
}

export interface Edits {
  path: string;
  written: boolean;
  sha256: string;
  said: string;
  cells: CellEdit[];
}
