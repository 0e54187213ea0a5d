import * as React from 'react';

import type { Checks, Finding } from '../answers';
import type { Intentions } from '../tools';
import { counting, worstFirst } from '../words';
import { Button } from './button';

const FEW = 8;

/** Findings, the worst first, with what can be done about each. */
export function ChecksList({ checks, act }: { checks: Checks; act: Intentions }): React.ReactElement {
  const { trans } = act;
  const [all, setAll] = React.useState(false);
  const live = worstFirst(counting(checks));
  const few = all ? live : live.slice(0, FEW);
  const settled = checks.findings.filter(finding => finding.waived || finding.known);
  const safe = live.filter(finding => finding.fixable);
  return (
    <>
      {live.length === 0 && checks.readable ? <p className="nbpeer-quiet">✓ {checks.said}</p> : null}
      {safe.length > 1 ? (
        <div className="nbpeer-actions">
          <Button label={trans.__('Fix all %1 that are safe', safe.length)} act={() => act.fix(safe)} />
        </div>
      ) : null}
      <ul className="nbpeer-list">
        {few.map(finding => (
          <FindingRow key={finding.id} finding={finding} act={act} />
        ))}
      </ul>
      {few.length < live.length ? (
        <Button label={trans.__('Show all %1', live.length)} kind="link" act={() => setAll(true)} />
      ) : null}
      {settled.length > 0 ? (
        <details className="nbpeer-details">
          <summary>
            {trans._n('%1 waived or known', '%1 waived or known', settled.length, settled.length)}
          </summary>
          <ul className="nbpeer-list nbpeer-dim">
            {settled.map(finding => (
              <FindingRow key={finding.id} finding={finding} act={act} />
            ))}
          </ul>
        </details>
      ) : null}
    </>
  );
}

function FindingRow({ finding, act }: { finding: Finding; act: Intentions }): React.ReactElement {
  const { trans } = act;
  const settled = Boolean(finding.waived) || finding.known;
  return (
    <li className={`nbpeer-finding nbpeer-${finding.severity}`} data-finding={finding.code}>
      <p className="nbpeer-finding-top">
        <span className={`nbpeer-severity nbpeer-severity-${finding.severity}`}>
          {severity(finding, act)}
        </span>
        {finding.index >= 0 ? (
          <button
            className="nbpeer-place"
            onClick={() => act.jump(finding)}
            title={trans.__('Show it in the notebook')}
          >
            {place(finding, act)}
          </button>
        ) : (
          <span className="nbpeer-quiet">{trans.__('whole notebook')}</span>
        )}
        <button
          className="nbpeer-code"
          onClick={() => act.explain(finding)}
          title={trans.__('What %1 is about', finding.code)}
        >
          {finding.code} {finding.name}
        </button>
      </p>
      <p className="nbpeer-message">{finding.message}</p>
      {finding.excerpt ? <code className="nbpeer-excerpt">{finding.excerpt}</code> : null}
      {finding.waived ? <p className="nbpeer-quiet">{trans.__('waived: %1', finding.waived)}</p> : null}
      {finding.fix && !settled ? <p className="nbpeer-how">{finding.fix}</p> : null}
      {!settled && (finding.fixable || finding.waivable) ? (
        <div className="nbpeer-actions">
          {finding.fixable ? (
            <Button
              label={trans.__('Fix')}
              act={() => act.fix([finding])}
              name={trans.__('Fix %1', named(finding))}
            />
          ) : null}
          {finding.waivable ? (
            <Button
              label={trans.__('Waive…')}
              act={() => act.waive(finding)}
              name={trans.__('Waive %1 with a reason', named(finding))}
            />
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

const named = (finding: Finding): string =>
  finding.cell > 0 ? `${finding.name}, cell ${finding.cell}` : finding.name;

function severity(finding: Finding, { trans }: Intentions): string {
  if (finding.known) {
    return trans.__('known');
  }
  return { error: trans.__('error'), warning: trans.__('warning'), info: trans.__('info') }[finding.severity];
}

function place(finding: Finding, { trans }: Intentions): string {
  return finding.line > 0
    ? trans.__('cell %1, line %2', finding.cell, finding.line)
    : trans.__('cell %1', finding.cell);
}
