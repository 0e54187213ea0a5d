import type { TranslationBundle } from '@jupyterlab/translation';

import type { Finding, Since, Answer, Decision, ChangedCell } from './answers';
import type { Part } from './facts';

/** Where in a notebook something is. */
export interface Place {
  cell_id: string | null;
  index: number;
  /** From 1; 0 is the whole cell. */
  line: number;
  column: number;
}

export type Fold = Exclude<Part, 'overview' | 'review'> | 'checklist';

/** What the panel can set going. It only passes intentions on. */
export interface Intentions {
  trans: TranslationBundle;
  jump: (place: Place) => void;
  fix: (findings: Finding[]) => void;
  waive: (finding: Finding) => void;
  explain: (finding: Finding) => void;
  look: (since: Since) => void;
  visual: () => void;
  showCell: (cell: ChangedCell) => void;
  answer: (item: string, answer: Answer | null) => void;
  sign: (decision: Decision) => void;
  run: () => void;
  cancelRun: () => void;
  dismissRun: () => void;
  open: (path: string) => void;
  packet: () => void;
  save: () => void;
  reload: () => void;
  retry: () => void;
  fold: (fold: Fold, open: boolean) => void;
}
