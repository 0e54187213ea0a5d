/** What the server answers, route by route. Written by hand after its contract; the golden files prove it. */

export interface Problem {
  message: string;
  hint: string;
}

export interface Condition {
  name: string;
  met: boolean;
  reason: string;
  todo: string;
}

export interface Gate {
  met: boolean;
  said: string;
  conditions: Condition[];
}

export interface FrontMatter {
  title: string;
  kind: string;
  question: string;
  hypothesis: string;
  decision: string;
  decision_owner: string;
  tier: string;
  change_my_mind: string;
  review_on: string;
  tags: string[];
  authors: string[];
  metrics: string[];
}

export interface Overview {
  path: string;
  state: string;
  message: string;
  hint: string;
  analysis: boolean;
  why_not: string;
  front_matter: FrontMatter | null;
  front_matter_error: { message: string; line: number; key: string } | null;
  tier: string;
  minutes: number;
  base: string;
  changed: boolean;
  gate: Gate | null;
  notes: string[];
  content: string;
  reviewer: string;
  file: { size: number; last_modified: string; sha256: string; same: boolean | null };
}

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
  groups: { title: string; rows: { name: string; before: string | null; after: string | null; said: string }[] }[];
  expectations: { name: string; passed: boolean; detail: string }[];
  caveats: string[];
  metrics: string[];
}

export type Choice = 'yes' | 'no' | 'na';

export interface Answer {
  answer: Choice;
  note: string;
}

export interface Question {
  id: string;
  question: string;
  why: string;
  evidence: string[];
  flagged: boolean;
  asks: boolean;
  by_rules: Answer | null;
  excerpts: { label: string; lines: string[] }[];
  earlier: Answer | null;
}

export interface Sitting {
  path: string;
  content: string;
  reviewer: string;
  revision: string;
  answers: Record<string, Answer>;
  others: { reviewer: string; time: string; answers: Record<string, Answer> }[];
}

export interface Review {
  path: string;
  base: string;
  content: string;
  title: string;
  header: { label: string; text: string }[];
  checklist: { id: string; version: string; tier: string; minutes: number; reviewers: number };
  refusal: Problem | null;
  questions: Question[];
  since: { time: string; summary: string } | null;
  notes: string[];
  sitting: Sitting;
}

export type Decision = 'approve' | 'request_changes';

export interface Signed {
  file: string;
  reviewer: string;
  signed_with_key: boolean;
  said: string;
  gate: Gate | null;
}

export interface SignOff {
  file: string;
  reviewer: string;
  standing: 'holds' | 'lapsed' | 'fails';
  reason: string;
  decision: Decision | '';
  time: string;
  comment: string;
  committed: boolean;
}

export interface SignOffs {
  path: string;
  approved: boolean;
  reason: string;
  sign_offs: SignOff[];
}

export interface Parameter {
  name: string;
  type: string;
  text: string;
  help: string;
  minimum: number | null;
  maximum: number | null;
  choices: string[];
  optional: boolean;
}

export interface Kind {
  name: string;
  title: string;
  description: string;
  origin: string;
  parameters: Parameter[];
}

export interface ParametersForm {
  path: string;
  cell_id: string | null;
  index: number;
  parameters: Parameter[];
  problem: string;
}

export interface RunEvent {
  kind: 'started' | 'cell' | 'done';
  cell: number;
  index: number;
  cell_id: string | null;
  cells: number;
  title: string;
  seconds: number | null;
  said: string;
}

export interface RunResult {
  status: string;
  ok: boolean;
  said: string[];
  problem: string;
  cell: number;
  index: number;
  line: number;
  executed: string;
  results: string;
  cached: boolean;
}

export interface RunState {
  id: string;
  path: string;
  started: string;
  ended: boolean;
  cancelled: boolean;
  doing: string;
  cell: number;
  cells: number;
  next: number;
  events: RunEvent[];
  result: RunResult | null;
}

export interface Stripped {
  path: string;
  written: boolean;
  sha256: string;
  said: string;
  changed: boolean;
  notebook: object | null;
}

export interface Created {
  path: string;
  kind: string;
  title: string;
}
