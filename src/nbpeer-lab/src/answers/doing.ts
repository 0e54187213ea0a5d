/** New analyses, parameters, runs, stripping. */

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
