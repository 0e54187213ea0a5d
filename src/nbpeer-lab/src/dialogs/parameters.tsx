import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Edits, ParametersForm } from '../answers';
import type { Api, Source } from '../api';
import { altered, Fields } from './fields';
import { form } from './form';

/** The parameters cell as a form; answers what to change in the editor. */
export async function editParameters(
  api: Api,
  source: Source,
  trans: TranslationBundle
): Promise<Edits | null> {
  const asked = await api.parameters(source);
  if (asked.problem) {
    throw new Error(asked.problem);
  }
  return form<Record<string, string>, Edits>({
    title: trans.__('Parameters'),
    accept: trans.__('Apply'),
    cancel: trans.__('Cancel'),
    value: {},
    draw: (values, change) => <Fields parameters={asked.parameters} {...{ values, change, trans }} />,
    send: values => api.setParameters(source, altered(asked.parameters, values))
  });
}

interface Wanted {
  values: Record<string, string>;
  fresh: boolean;
}

/** A run that has begun, and how to wait for its end. */
export interface Begun {
  ended: Promise<void>;
}

interface RunFormOptions {
  edited: boolean;
  start: (parameters: Record<string, string>, fresh: boolean) => Promise<Begun>;
  trans: TranslationBundle;
}

/** Ask for the parameters of one run; the notebook itself keeps its own. */
export async function askToRun(
  asked: ParametersForm,
  { edited, start, trans }: RunFormOptions
): Promise<Begun | null> {
  return form<Wanted, Begun>({
    title: trans.__('Run in a fresh kernel'),
    accept: edited ? trans.__('Save and run') : trans.__('Run'),
    cancel: trans.__('Cancel'),
    value: { values: {}, fresh: false },
    draw: (wanted, change) => (
      <>
        {edited ? (
          <p className="nbpeer-note">
            {trans.__('A run executes the saved file: the unsaved changes are saved first.')}
          </p>
        ) : null}
        {asked.problem ? <p className="nbpeer-note">{asked.problem}</p> : null}
        <Fields
          parameters={asked.parameters}
          values={wanted.values}
          change={values => change({ ...wanted, values })}
          trans={trans}
        />
        <label className="nbpeer-check-label">
          <input
            type="checkbox"
            checked={wanted.fresh}
            onChange={event => change({ ...wanted, fresh: event.target.checked })}
          />
          {trans.__('Run it even when nothing changed since the last run')}
        </label>
      </>
    ),
    send: wanted => start(altered(asked.parameters, wanted.values), wanted.fresh)
  });
}
