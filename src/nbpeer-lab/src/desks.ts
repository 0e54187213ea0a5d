import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { Desk } from './desk';

/** The desks of the open notebooks: made when first asked for, gone with their notebook. */
export class Desks {
  readonly came = new Signal<this, Desk>(this);
  private readonly byPanel = new Map<NotebookPanel, Desk>();

  constructor(private readonly make: (panel: NotebookPanel) => Desk) {}

  of(panel: NotebookPanel): Desk {
    const there = this.byPanel.get(panel);
    if (there) {
      return there;
    }
    const desk = this.make(panel);
    this.byPanel.set(panel, desk);
    panel.disposed.connect(() => {
      desk.stop();
      this.byPanel.delete(panel);
    });
    this.came.emit(desk);
    return desk;
  }

  all(): Desk[] {
    return [...this.byPanel.values()];
  }
}
