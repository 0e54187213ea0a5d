import * as React from 'react';

import type { Facts } from '../facts';
import { unsaved } from '../ticks';
import type { Intentions } from '../tools';
import { Button } from './button';

interface NoticeProps {
  tone: 'info' | 'warning';
  title: string;
  text?: string;
  children?: React.ReactNode;
}

function Notice({ tone, title, text, children }: NoticeProps): React.ReactElement {
  return (
    <div className={`nbpeer-notice nbpeer-notice-${tone}`} role={tone === 'warning' ? 'alert' : 'status'}>
      <p>
        <strong>{title}</strong>
        {text ? <span> {text}</span> : null}
      </p>
      {children ? <div className="nbpeer-actions">{children}</div> : null}
    </div>
  );
}

/** What stands in the way, or should be known before anything is read. The most pressing first. */
export function Notices({ facts, act }: { facts: Facts; act: Intentions }): React.ReactElement {
  const { trans } = act;
  const { overview } = facts.answered;
  const problem = facts.problems.overview;
  const waiting = facts.ticks ? unsaved(facts.ticks) : 0;
  return (
    <>
      {facts.offline ? (
        <Notice
          tone="warning"
          title={trans.__('The server does not answer.')}
          text={
            waiting > 0
              ? trans._n(
                  '%1 answer is kept here and is sent when it is back.',
                  '%1 answers are kept here and are sent when it is back.',
                  waiting,
                  waiting
                )
              : trans.__('What you see is from before; nothing is lost. It is asked again by itself.')
          }
        >
          <Button label={trans.__('Try now')} act={act.retry} />
        </Notice>
      ) : null}
      {facts.gone ? <Notice tone="warning" title={facts.gone} /> : null}
      {problem ? (
        <Notice tone="warning" title={problem.message} text={problem.hint}>
          <Button label={trans.__('Try again')} act={act.retry} />
        </Notice>
      ) : null}
      {facts.edited && !facts.gone ? (
        <Notice
          tone="info"
          title={trans.__('Unsaved changes.')}
          text={trans.__('Checks look at what you see; everything else at the saved file.')}
        >
          <Button label={trans.__('Save')} act={act.save} name={trans.__('Save the notebook')} />
        </Notice>
      ) : null}
      {overview ? <StateNotice facts={facts} act={act} /> : null}
    </>
  );
}

function StateNotice({ facts, act }: { facts: Facts; act: Intentions }): React.ReactElement | null {
  const { trans } = act;
  const { overview } = facts.answered;
  if (!overview || facts.gone) {
    return null;
  }
  const wrong = overview.front_matter_error;
  if (wrong) {
    return (
      <Notice tone="warning" title={trans.__('The front matter cannot be read.')} text={wrong.message}>
        <Button
          label={wrong.line > 0 ? trans.__('Go to line %1', wrong.line) : trans.__('Go to the first cell')}
          act={() => act.jump({ cell_id: null, index: 0, line: wrong.line, column: 0 })}
        />
      </Notice>
    );
  }
  if (overview.state !== 'ok') {
    return <Notice tone="warning" title={overview.message} text={overview.hint} />;
  }
  if (!overview.analysis) {
    return <Notice tone="info" title={trans.__('This notebook is no analysis.')} text={overview.why_not} />;
  }
  if (overview.file.same === false && !facts.edited) {
    return (
      <Notice tone="warning" title={trans.__('The file was changed on disk.')}>
        <Button
          label={trans.__('Reload it')}
          act={act.reload}
          name={trans.__('Reload the notebook from disk')}
        />
      </Notice>
    );
  }
  return null;
}
