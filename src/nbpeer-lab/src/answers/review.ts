/** The checklist, a reviewer's answers, and what was signed. */

import type { Gate, Problem } from './overview';

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
