import { ReactWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { Signal } from '@lumino/signaling';
import * as React from 'react';

import type { Desk } from './desk';
import { reviewIcon } from './icons';
import { Panel } from './panel/panel';
import type { Fold, Intentions } from './tools';
import { widen } from './wide';

const WIDTH = 360;

/** The panel on the right. */
export class ReviewWidget extends ReactWidget {
  readonly shown = new Signal<this, boolean>(this);
  private desk: Desk | null = null;
  private isWide = false;
  private folds: ReadonlySet<Fold> = new Set(['checks', 'changes', 'results', 'checklist', 'signoffs']);

  constructor(
    private readonly trans: TranslationBundle,
    private readonly act: Intentions
  ) {
    super();
    this.id = 'nbpeer-review';
    this.title.icon = reviewIcon;
    this.title.caption = trans.__('Review');
    this.addClass('nbpeer-panel');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Review'));
    this.node.tabIndex = -1;
  }

  /** The folds that are open. */
  get open(): ReadonlySet<Fold> {
    return this.folds;
  }

  put(desk: Desk | null): void {
    this.desk = desk;
    this.update();
  }

  fold(fold: Fold, open: boolean): void {
    const folds = new Set(this.folds);
    if (open) {
      folds.add(fold);
    } else {
      folds.delete(fold);
    }
    this.folds = folds;
    this.update();
  }

  /** Bring one fold into view, and the keys with it. */
  async reveal(fold: Fold): Promise<void> {
    this.fold(fold, true);
    await this.renderPromise;
    const heading = this.node.querySelector<HTMLElement>(`#nbpeer-heading-${fold}`);
    // The heading sticks: where it belongs is where its section is.
    heading?.closest('section')?.scrollIntoView({ block: 'start' });
    heading?.focus({ preventScroll: true });
  }

  protected override render(): React.ReactElement {
    if (!this.desk) {
      return (
        <p className="nbpeer-empty">
          {this.trans.__('Open a notebook to review it, or start a new analysis from a template.')}
        </p>
      );
    }
    return <Panel key={this.desk.panel.id} store={this.desk.store} act={this.act} folds={this.folds} />;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    if (!this.isWide) {
      this.isWide = true;
      widen(this, WIDTH);
    }
    this.shown.emit(true);
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.shown.emit(false);
  }
}
