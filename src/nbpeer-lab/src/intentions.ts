import type { CommandRegistry } from '@lumino/commands';

import type { Actions } from './actions';
import type { ChangedCell } from './answers';
import type { Desk } from './desk';
import { jump } from './jump';
import { attempt } from './said';
import type { Fold, Intentions } from './tools';
import type { TranslationBundle } from '@jupyterlab/translation';

export interface IntentionsOptions {
  actions: Actions;
  desk: () => Desk | null;
  commands: CommandRegistry;
  fold: (fold: Fold, open: boolean) => void;
  trans: TranslationBundle;
}

/** What the panel asks for, done on the notebook in front. */
export function intentions({ actions, desk, commands, fold, trans }: IntentionsOptions): Intentions {
  const on = (what: (desk: Desk) => Promise<unknown>): void => {
    const front = desk();
    if (front) {
      void attempt(() => what(front));
    }
  };
  return {
    trans,
    fold,
    jump: place =>
      on(async front => {
        if (!(await jump(front.panel, place))) {
          front.say(trans.__('That cell is not there any more.'));
        }
      }),
    fix: findings => on(front => actions.fix(front, findings)),
    waive: finding => on(front => actions.waive(front, finding)),
    explain: finding => on(() => actions.explain(finding)),
    look: since =>
      on(async front => {
        fold('changes', true);
        await actions.look(front, since);
      }),
    visual: () => on(front => actions.sideBySide(front)),
    showCell: (cell: ChangedCell) =>
      on(async front => {
        const [place] = cell.cells;
        if (place) {
          await jump(front.panel, { ...place, line: 0, column: 0 });
        }
      }),
    answer: (item, answer) => desk()?.ticks.answer(item, answer),
    sign: decision => on(front => actions.sign(front, decision)),
    run: () => on(front => actions.run(front)),
    cancelRun: () => on(front => front.runner.cancel()),
    dismissRun: () => desk()?.store.set({ run: null, runOffline: false }),
    open: path => on(() => commands.execute('docmanager:open', { path })),
    packet: () => on(front => actions.packet(front)),
    save: () => on(front => front.panel.context.save()),
    reload: () => on(front => front.panel.context.revert()),
    retry: () =>
      on(async front => {
        await Promise.all([front.refresh(), front.ticks.save()]);
      })
  };
}
