import type * as Answers from './answers';
import type { Server } from './request';

/** What of a notebook the server should look at: its file, or what is in the editor. */
export interface Source {
  path: string;
  notebook?: object;
}

/** The routes, one function each. It decides nothing. */
export class Api {
  constructor(readonly server: Server) {}

  overview = (path: string, base: string, sha256?: string): Promise<Answers.Overview> =>
    this.server.get('overview', { path, base: base || undefined, sha256 });

  check = (source: Source): Promise<Answers.Checks> => this.server.send('POST', 'check', source);

  rule = (code: string): Promise<Answers.Rule> => this.server.get('rule', { code });

  fix = (source: Source, findings: string[]): Promise<Answers.Edits> =>
    this.server.send('POST', 'fix', { ...source, findings });

  waive = (source: Source, finding: string, reason: string): Promise<Answers.Edits> =>
    this.server.send('POST', 'waive', { ...source, finding, reason });

  changes = (path: string, base: string, since: Answers.Since): Promise<Answers.Changes> =>
    this.server.get('changes', { path, base: base || undefined, since });

  nbdime = (path: string, base: string, since: Answers.Since): Promise<{ base: object; diff: object[] }> =>
    this.server.get('nbdime', { path, base: base || undefined, since });

  pair = (before: string, after: string): Promise<{ base: object; diff: object[] }> =>
    this.server.send('POST', 'nbdime', { before, after });

  results = (path: string, base: string): Promise<Answers.Results> =>
    this.server.get('results', { path, base: base || undefined });

  review = (path: string, base: string): Promise<Answers.Review> =>
    this.server.get('review', { path, base: base || undefined });

  sitting = (path: string): Promise<Answers.Sitting> => this.server.get('sitting', { path });

  keep = (
    path: string,
    content: string,
    revision: string,
    answers: Record<string, Answers.Answer | null>
  ): Promise<Answers.Sitting> => this.server.send('PUT', 'sitting', { path, content, revision, answers });

  sign = (asked: {
    path: string;
    base?: string;
    content: string;
    revision: string;
    decision: Answers.Decision;
    comment: string;
  }): Promise<Answers.Signed> => this.server.send('POST', 'sign', asked);

  signOffs = (path: string, base: string): Promise<Answers.SignOffs> =>
    this.server.get('signoffs', { path, base: base || undefined });

  kinds = (path: string): Promise<{ kinds: Answers.Kind[] }> => this.server.get('kinds', { path });

  create = (asked: {
    kind: string;
    path: string;
    title: string;
    parameters: Record<string, string>;
  }): Promise<Answers.Created> => this.server.send('POST', 'new', asked);

  parameters = (source: Source): Promise<Answers.ParametersForm> =>
    this.server.send('POST', 'parameters', source);

  setParameters = (source: Source, values: Record<string, string>): Promise<Answers.Edits> =>
    this.server.send('POST', 'set-parameters', { ...source, values });

  strip = (source: Source): Promise<Answers.Stripped> => this.server.send('POST', 'strip', source);

  run = (path: string, parameters: Record<string, string>, fresh: boolean): Promise<Answers.RunState> =>
    this.server.send('POST', 'run', { path, parameters, fresh });

  runState = (id: string, since: number, wait: number): Promise<Answers.RunState> =>
    this.server.get('run', { id, since, wait });

  cancel = (id: string): Promise<Answers.RunState> => this.server.send('DELETE', 'run', null, { id });

  runs = (path: string): Promise<{ runs: Answers.RunState[] }> => this.server.get('runs', { path });

  packet = (path: string, base: string): Promise<{ file: string; url: string }> =>
    this.server.send('POST', 'packet', base ? { path, base } : { path });

  catalogue = (path: string, base: string): Promise<Answers.Catalogued> =>
    this.server.get('catalogue', { path, base: base || undefined });
}
