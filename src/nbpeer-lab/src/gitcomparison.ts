import { Panel, type Widget } from '@lumino/widgets';

import type { Compared } from './git';

/** Two versions side by side, as jupyterlab-git wants it. */
export class GitComparison extends Panel {
  readonly isFileResolved = true;

  constructor(
    readonly model: Compared,
    private readonly view: (before: string, after: string) => Promise<Widget>
  ) {
    super();
    this.addClass('nbpeer-in-git');
  }

  /** Compare again what there is now. */
  async refresh(): Promise<void> {
    const { reference, challenger } = this.model;
    const [before, after] = await Promise.all([reference.content(), challenger.content()]);
    const shown = await this.view(before, after);
    this.widgets.forEach(old => old.dispose());
    this.addWidget(shown);
  }

  /** What is asked only of conflicts, which are not shown here. */
  getResolvedFile(): Promise<never> {
    return Promise.reject(new Error('nothing to resolve'));
  }
}
