import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Decision, Edits, Finding, Signed } from '../answers';
import { form } from './form';

interface TextProps {
  id: string;
  label: string;
  value: string;
  change: (value: string) => void;
}

function TextField({ id, label, value, change }: TextProps): React.ReactElement {
  return (
    <div className="nbpeer-field">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        className="jp-mod-styled"
        rows={3}
        value={value}
        onChange={event => change(event.target.value)}
      />
    </div>
  );
}

/** Why a finding may stand. */
export const askReason = (
  finding: Finding,
  send: (reason: string) => Promise<Edits>,
  trans: TranslationBundle
): Promise<Edits | null> =>
  form({
    title: trans.__('Waive %1', finding.name),
    accept: trans.__('Waive'),
    cancel: trans.__('Cancel'),
    value: '',
    draw: (value, change) => (
      <>
        <p>{finding.message}</p>
        <TextField
          id="nbpeer-reason"
          label={trans.__('Reason, for whoever reads the notebook')}
          {...{ value, change }}
        />
      </>
    ),
    send
  });

/** The last step of a review. */
export const askDecision = (
  decision: Decision,
  send: (comment: string) => Promise<Signed>,
  trans: TranslationBundle
): Promise<Signed | null> =>
  form({
    title: decision === 'approve' ? trans.__('Approve this analysis') : trans.__('Request changes'),
    accept: decision === 'approve' ? trans.__('Approve') : trans.__('Request changes'),
    cancel: trans.__('Cancel'),
    value: '',
    draw: (value, change) => (
      <>
        <p>
          {trans.__(
            'It is bound to exactly the content and results you see, and lapses when they change. Nothing is committed for you.'
          )}
        </p>
        <TextField
          id="nbpeer-comment"
          label={decision === 'approve' ? trans.__('Comment (optional)') : trans.__('What should change')}
          {...{ value, change }}
        />
      </>
    ),
    send
  });
