import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Created, Kind } from '../answers';
import type { Api } from '../api';
import { altered, Fields } from './fields';
import { form } from './form';

interface Wanted {
  kind: string;
  title: string;
  file: string;
  values: Record<string, string>;
}

/** A new analysis from one of the kinds, in a folder. */
export async function newAnalysis(
  api: Api,
  folder: string,
  kind: string,
  trans: TranslationBundle
): Promise<Created | null> {
  const { kinds } = await api.kinds(folder);
  const first = kinds.find(one => one.name === kind) ?? kinds[0];
  if (!first) {
    throw new Error(trans.__('There are no kinds of analyses.'));
  }
  const chosen = (wanted: Wanted): Kind => kinds.find(one => one.name === wanted.kind) ?? first;
  return form<Wanted, Created>({
    title: trans.__('New analysis'),
    accept: trans.__('Create'),
    cancel: trans.__('Cancel'),
    value: { kind: first.name, title: '', file: '', values: {} },
    draw: (wanted, change) => (
      <NewForm {...{ kinds, wanted, change, trans, folder }} chosen={chosen(wanted)} />
    ),
    send: wanted =>
      api.create({
        kind: wanted.kind,
        path: PathExt.join(folder, fileName(wanted)),
        title: wanted.title,
        parameters: altered(chosen(wanted).parameters, wanted.values)
      })
  });
}

/** "Does the lower price work?" → does-the-lower-price-work.ipynb, unless a name was typed. */
export function fileName({ file, title, kind }: Pick<Wanted, 'file' | 'title' | 'kind'>): string {
  const typed = file.trim().replace(/\.ipynb$/, '');
  const made = title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return `${typed || made || kind}.ipynb`;
}

interface NewFormProps {
  kinds: Kind[];
  chosen: Kind;
  wanted: Wanted;
  change: (wanted: Wanted) => void;
  folder: string;
  trans: TranslationBundle;
}

function NewForm({ kinds, chosen, wanted, change, folder, trans }: NewFormProps): React.ReactElement {
  return (
    <>
      <div className="nbpeer-field">
        <label htmlFor="nbpeer-new-title">{trans.__('Title')}</label>
        <input
          id="nbpeer-new-title"
          className="jp-mod-styled"
          value={wanted.title}
          onChange={event => change({ ...wanted, title: event.target.value })}
        />
      </div>
      <div className="nbpeer-field">
        <label htmlFor="nbpeer-new-kind">{trans.__('Kind')}</label>
        <select
          id="nbpeer-new-kind"
          className="jp-mod-styled"
          aria-describedby="nbpeer-new-kind-help"
          value={wanted.kind}
          onChange={event => change({ ...wanted, kind: event.target.value, values: {} })}
        >
          {kinds.map(kind => (
            <option key={kind.name} value={kind.name}>
              {kind.title || kind.name}
            </option>
          ))}
        </select>
        <p id="nbpeer-new-kind-help" className="nbpeer-quiet">
          {chosen.description} {chosen.origin ? `(${chosen.origin})` : ''}
        </p>
      </div>
      <div className="nbpeer-field">
        <label htmlFor="nbpeer-new-file">{trans.__('File')}</label>
        <input
          id="nbpeer-new-file"
          className="jp-mod-styled"
          placeholder={fileName(wanted)}
          aria-describedby="nbpeer-new-file-help"
          value={wanted.file}
          onChange={event => change({ ...wanted, file: event.target.value })}
        />
        <p id="nbpeer-new-file-help" className="nbpeer-quiet">
          {trans.__('in %1', folder || '/')}
        </p>
      </div>
      {chosen.parameters.length > 0 ? <h3>{trans.__('Parameters')}</h3> : null}
      <Fields
        key={chosen.name}
        parameters={chosen.parameters}
        values={wanted.values}
        change={values => change({ ...wanted, values })}
        trans={trans}
      />
    </>
  );
}
