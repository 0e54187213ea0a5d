import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Actions } from '../actions';
import type { Api } from '../api';
import type { Desk } from '../desk';
import { newAnalysis } from '../dialogs/new';
import { checkIcon, reviewIcon } from '../icons';
import { attempt } from '../said';
import type { Fold } from '../tools';
import { COMMANDS } from './names';
import type { Target } from './target';

export interface CommandsOptions {
  commands: CommandRegistry;
  api: Api;
  actions: Actions;
  target: Target;
  /** Bring the panel to the front, at one of its folds. */
  open: (desk: Desk | null, fold?: Fold) => Promise<void>;
  trans: TranslationBundle;
}

type Args = ReadonlyPartialJSONObject;

const PATH = {
  type: 'object',
  properties: {
    path: { type: 'string', description: 'The notebook; the one in front when left out' },
    from: { type: 'string', enum: ['browser'], description: 'Take the notebook selected in the file browser' }
  }
};

const CREATE = {
  type: 'object',
  properties: {
    folder: { type: 'string', description: 'Where it belongs; the folder of the file browser when left out' },
    kind: { type: 'string', description: 'The kind that is offered first' }
  }
};

interface Wording {
  label: string;
  caption: string;
}

/** Every command of nbpeer. */
export function addCommands(options: CommandsOptions): void {
  const { commands, api, actions, target, open, trans } = options;
  const add = (
    id: string,
    wording: Wording,
    act: (desk: Desk) => Promise<unknown>,
    more: object = {}
  ): void => {
    commands.addCommand(id, {
      ...wording,
      isEnabled: args => target.isThere(args),
      describedBy: { args: PATH },
      execute: (args: Args) =>
        attempt(async () => {
          const desk = await target.desk(args);
          return desk && (await act(desk));
        }),
      ...more
    });
  };
  const told = words(trans);
  const fold = (name: Fold, act?: (desk: Desk) => Promise<unknown>) => async (desk: Desk) => {
    await open(desk, name);
    await act?.(desk);
  };
  commands.addCommand(COMMANDS.create, {
    ...told.create,
    isEnabled: () => true,
    describedBy: { args: CREATE },
    execute: (args: Args) =>
      attempt(async () => {
        const kind = typeof args['kind'] === 'string' ? args['kind'] : '';
        const created = await newAnalysis(api, target.folder(args), kind, trans);
        if (created) {
          await commands.execute('docmanager:open', { path: created.path });
        }
      })
  });
  add(COMMANDS.review, told.review, desk => open(desk), { icon: reviewIcon });
  add(
    COMMANDS.check,
    told.check,
    fold('checks', desk => actions.check(desk)),
    { icon: checkIcon }
  );
  add(COMMANDS.changes, told.changes, fold('changes'));
  add(COMMANDS.results, told.results, fold('results'));
  add(COMMANDS.sign, told.sign, fold('checklist'));
  add(COMMANDS.run, told.run, async desk => {
    await open(desk);
    await actions.run(desk);
  });
  add(COMMANDS.cancel, told.cancel, desk => desk.runner.cancel());
  add(COMMANDS.compare, told.compare, desk => actions.sideBySide(desk));
  add(COMMANDS.packet, told.packet, desk => actions.packet(desk));
  add(COMMANDS.strip, told.strip, desk => actions.strip(desk));
  add(COMMANDS.parameters, told.parameters, desk => actions.parameters(desk));
  add(COMMANDS.catalogue, told.catalogue, desk => actions.catalogue(desk));
}

function words(trans: TranslationBundle): Record<keyof typeof COMMANDS, Wording> {
  return {
    create: {
      label: trans.__('New Analysis…'),
      caption: trans.__('Start an analysis from a template')
    },
    run: {
      label: trans.__('Run Analysis…'),
      caption: trans.__('Run the notebook in a fresh kernel, with parameters')
    },
    cancel: { label: trans.__('Cancel Run'), caption: trans.__('Stop the run of this notebook') },
    check: {
      label: trans.__('Check Notebook'),
      caption: trans.__('Apply the rules to what is in the editor')
    },
    changes: { label: trans.__('Show Changes'), caption: trans.__('Cells that changed against the base') },
    results: {
      label: trans.__('Show Results'),
      caption: trans.__('Results before and after, against the base')
    },
    compare: {
      label: trans.__('Compare Versions Side by Side'),
      caption: trans.__('Both versions, cell by cell')
    },
    packet: { label: trans.__('Open Packet'), caption: trans.__('One page with all that a reviewer needs') },
    review: { label: trans.__('Open Review'), caption: trans.__('Review this analysis beside the notebook') },
    sign: { label: trans.__('Answer and Sign Off'), caption: trans.__('Answer the checklist and sign off') },
    strip: { label: trans.__('Strip Outputs'), caption: trans.__('Take out what git should not keep') },
    parameters: { label: trans.__('Edit Parameters…'), caption: trans.__('The parameters cell as a form') },
    catalogue: {
      label: trans.__('Open Catalogue Entry'),
      caption: trans.__('This analysis in the catalogue')
    }
  };
}
