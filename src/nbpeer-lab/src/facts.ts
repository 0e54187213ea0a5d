import type {
  Changes,
  Checks,
  Overview,
  Problem,
  Results,
  Review,
  RunState,
  SignOffs,
  Since
} from './answers';
import type { Ticks } from './ticks';

/** What the panel shows piece by piece, each from one route. */
export interface Answered {
  overview: Overview;
  checks: Checks;
  changes: Changes;
  results: Results;
  review: Review;
  signoffs: SignOffs;
}

export type Part = keyof Answered;

export const PARTS: readonly Part[] = ['overview', 'checks', 'changes', 'results', 'review', 'signoffs'];

/** All that is known of the notebook in front. */
export interface Facts {
  path: string;
  /** What is in the editor differs from the saved file in a way that a review sees: not only in what a kernel wrote. */
  edited: boolean;
  /** The notebook went away under the panel: why. */
  gone: string;
  offline: boolean;
  since: Since;
  answered: Partial<Answered>;
  problems: Partial<Record<Part, Problem>>;
  loading: ReadonlySet<Part>;
  ticks: Ticks | null;
  /** What kept the last tick from being kept, "" when nothing did. */
  ticksProblem: string;
  run: RunState | null;
  runOffline: boolean;
  /** What was last done, in words, read out politely. */
  said: string;
}

export function noFacts(path: string): Facts {
  return {
    path,
    edited: false,
    gone: '',
    offline: false,
    since: 'base',
    answered: {},
    problems: {},
    loading: new Set(),
    ticks: null,
    ticksProblem: '',
    run: null,
    runOffline: false,
    said: ''
  };
}
