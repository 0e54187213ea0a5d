/** What is known of the notebook, and where its gate stands. */

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
