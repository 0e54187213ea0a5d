import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Condition, FrontMatter, Overview } from '../answers';
import type { Facts } from '../facts';
import type { Intentions } from '../tools';
import { gateWord, unmet } from '../words';
import { Button } from './button';

/** What the analysis asks and decides, and where its gate stands. */
export function Header({ facts, act }: { facts: Facts; act: Intentions }): React.ReactElement {
  const { overview } = facts.answered;
  const title = overview?.front_matter?.title || facts.path.split('/').pop() || '';
  return (
    <div className="nbpeer-header">
      <h2 title={facts.path}>{title}</h2>
      {overview ? <Status overview={overview} act={act} /> : null}
      {overview?.front_matter ? (
        <Facets matter={overview.front_matter} overview={overview} act={act} />
      ) : null}
    </div>
  );
}

function Facets(props: { matter: FrontMatter; overview: Overview; act: Intentions }): React.ReactElement {
  const { matter, overview, act } = props;
  const { trans } = act;
  const rows: [string, string][] = [
    [trans.__('Question'), matter.question],
    [
      trans.__('Decision'),
      matter.decision_owner ? `${matter.decision} (${matter.decision_owner})` : matter.decision
    ],
    [trans.__('Tier'), tier(overview, trans)]
  ];
  return (
    <dl className="nbpeer-facets">
      {rows
        .filter(row => row[1])
        .map(([label, text]) => (
          <React.Fragment key={label}>
            <dt>{label}</dt>
            <dd>{text}</dd>
          </React.Fragment>
        ))}
    </dl>
  );
}

function tier(overview: Overview, trans: TranslationBundle): string {
  return overview.minutes > 0
    ? trans.__('%1, about %2 minutes', overview.tier, overview.minutes)
    : overview.tier;
}

function Status({ overview, act }: { overview: Overview; act: Intentions }): React.ReactElement | null {
  const { trans } = act;
  const { gate } = overview;
  if (overview.state !== 'ok' || !overview.analysis) {
    return null;
  }
  const tone = gate ? (gate.met ? 'good' : 'bad') : 'plain';
  const open = gate ? unmet(gate.conditions) : [];
  return (
    <div className={`nbpeer-gate nbpeer-gate-${tone}`}>
      <p className="nbpeer-gate-word" role="status">
        <span aria-hidden className="nbpeer-gate-mark">
          {gate ? (gate.met ? '✓' : '✗') : '○'}
        </span>
        <strong>{gateWord(overview, trans)}</strong>
        <span className="nbpeer-quiet">
          {overview.base ? trans.__('against %1', overview.base) : ''}
          {gate && open.length > 0
            ? ` · ${trans.__('%1 of %2 conditions met', gate.conditions.length - open.length, gate.conditions.length)}`
            : ''}
        </span>
      </p>
      {gate ? (
        <ul className="nbpeer-conditions">
          {gate.conditions.map(condition => (
            <ConditionRow key={condition.name} condition={condition} act={act} />
          ))}
        </ul>
      ) : null}
      {overview.notes.map(note => (
        <p key={note} className="nbpeer-note">
          {note}
        </p>
      ))}
    </div>
  );
}

function ConditionRow({ condition, act }: { condition: Condition; act: Intentions }): React.ReactElement {
  const { trans } = act;
  return (
    <li className={condition.met ? 'nbpeer-met' : 'nbpeer-unmet'}>
      <span className="nbpeer-condition-mark" aria-hidden>
        {condition.met ? '✓' : '✗'}
      </span>
      <span>
        <strong>{condition.name}</strong>
        <span className="nbpeer-hidden">{condition.met ? trans.__(', met: ') : trans.__(', not met: ')}</span>
        <span className="nbpeer-reason">{condition.reason}</span>
        {condition.todo ? <span className="nbpeer-todo">→ {condition.todo}</span> : null}
      </span>
    </li>
  );
}

/** The run that is going on, or has just ended. */
export function RunStrip({ facts, act }: { facts: Facts; act: Intentions }): React.ReactElement | null {
  const { run } = facts;
  const { trans } = act;
  if (!run) {
    return null;
  }
  const done = run.result;
  return (
    <div className={`nbpeer-run ${done ? (done.ok ? 'nbpeer-run-good' : 'nbpeer-run-bad') : ''}`}>
      <div className="nbpeer-run-line">
        <strong role="status">
          {done ? outcome(done.status, run.cancelled, trans) : trans.__('Running')}
        </strong>
        <span className="nbpeer-run-doing">{done ? ((done.problem || done.said[0]) ?? '') : run.doing}</span>
        {done ? (
          <Button
            label={trans.__('Dismiss')}
            kind="link"
            act={act.dismissRun}
            name={trans.__('Dismiss the run')}
          />
        ) : (
          <Button
            label={run.cancelled ? trans.__('Stop at once') : trans.__('Cancel')}
            act={act.cancelRun}
            name={trans.__('Cancel the run')}
          />
        )}
      </div>
      {done ? null : (
        <progress
          aria-label={trans.__('Cells run')}
          max={Math.max(run.cells, 1)}
          value={run.cells > 0 ? run.cell : undefined}
        />
      )}
      {done && done.index >= 0 && !done.ok ? (
        <Button
          label={trans.__('Go to cell %1', done.cell)}
          kind="link"
          act={() => act.jump({ cell_id: null, index: done.index, line: done.line, column: 0 })}
        />
      ) : null}
      {done?.executed ? (
        <Button
          label={trans.__('Open the executed notebook')}
          kind="link"
          act={() => act.open(done.executed)}
        />
      ) : null}
      {facts.runOffline ? (
        <p className="nbpeer-note" role="alert">
          {trans.__('The server does not answer. It is asked again by itself; what the run records is kept.')}
        </p>
      ) : null}
    </div>
  );
}

function outcome(status: string, cancelled: boolean, trans: TranslationBundle): string {
  if (cancelled || status === 'stopped') {
    return trans.__('Run cancelled');
  }
  return status === 'completed' ? trans.__('Run completed') : trans.__('Run failed');
}
