import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Grid, Result, Results } from '../answers';
import type { Intentions } from '../tools';
import { withUnit } from '../words';
import { Pieces } from './lines';
import { Pictures } from './pictures';

/** Named results, before → after. */
export function ResultsList({ results, act }: { results: Results; act: Intentions }): React.ReactElement {
  const { trans } = act;
  const moved = results.results.filter(result => result.verdict !== 'unchanged');
  const same = results.results.filter(result => result.verdict === 'unchanged');
  return (
    <>
      {results.problem ? <p className="nbpeer-trouble">{results.problem}</p> : null}
      {results.stale ? (
        <p className="nbpeer-trouble">
          {trans.__('These are results of another version: %1', results.stale)}
        </p>
      ) : null}
      {!results.recorded ? (
        <p className="nbpeer-quiet">
          {trans.__('No run is recorded.')}{' '}
          <button className="nbpeer-button nbpeer-button-link" onClick={act.run}>
            {trans.__('Run it…')}
          </button>
        </p>
      ) : (
        <p className="nbpeer-quiet">{trans.__('against %1', results.before || trans.__('nothing'))}</p>
      )}
      <ul className="nbpeer-list">
        {moved.map(result => (
          <ResultRow key={result.name} result={result} trans={trans} />
        ))}
      </ul>
      {same.length > 0 ? (
        <details className="nbpeer-details">
          <summary>{trans._n('%1 unchanged', '%1 unchanged', same.length, same.length)}</summary>
          <ul className="nbpeer-list">
            {same.map(result => (
              <ResultRow key={result.name} result={result} trans={trans} />
            ))}
          </ul>
        </details>
      ) : null}
      <Expectations results={results} trans={trans} />
      {results.caveats.map(caveat => (
        <p key={caveat} className="nbpeer-note">
          {trans.__('caveat: %1', caveat)}
        </p>
      ))}
      <Groups results={results} trans={trans} />
    </>
  );
}

function ResultRow({ result, trans }: { result: Result; trans: TranslationBundle }): React.ReactElement {
  const wordy = result.words.length > 0;
  return (
    <li className={`nbpeer-result nbpeer-result-${result.verdict}`} data-result={result.name}>
      <p className="nbpeer-result-top">
        <strong>{result.name}</strong>
        <span className="nbpeer-verdict">{result.said}</span>
      </p>
      {wordy ? (
        <p className="nbpeer-words">
          <Pieces pieces={result.words} />
        </p>
      ) : (
        <Values result={result} trans={trans} />
      )}
      {result.detail ? <p className="nbpeer-quiet">{result.detail}</p> : null}
      {result.note ? <p className="nbpeer-quiet">{result.note}</p> : null}
      {result.grid ? <GridTable grid={result.grid} name={result.name} trans={trans} /> : null}
      <Pictures of={result.name} pictures={result.pictures} trans={trans} />
    </li>
  );
}

function Values({ result, trans }: { result: Result; trans: TranslationBundle }): React.ReactElement | null {
  if (!result.before && !result.after) {
    return null;
  }
  const one = ['unchanged', 'added', 'removed'].includes(result.verdict);
  return (
    <p className="nbpeer-values">
      {one ? (
        <span className="nbpeer-value">
          {withUnit(
            result.verdict === 'removed' ? result.before : result.after,
            result.unit || result.old_unit
          )}
        </span>
      ) : (
        <>
          <span className="nbpeer-value nbpeer-value-before">{withUnit(result.before, result.old_unit)}</span>
          <span aria-hidden> → </span>
          <span className="nbpeer-hidden">{trans.__(' became ')}</span>
          <span className="nbpeer-value">{withUnit(result.after, result.unit)}</span>
        </>
      )}
      {result.delta ? <span className="nbpeer-delta">{result.delta}</span> : null}
    </p>
  );
}

function GridTable(props: { grid: Grid; name: string; trans: TranslationBundle }): React.ReactElement {
  const { grid, trans } = props;
  return (
    <div className="nbpeer-table" role="group" aria-label={trans.__('Table %1', props.name)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {grid.columns.map((column, at) => (
              <th key={at} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row, at) => (
            <tr key={at} className={row.change ? `nbpeer-row-${row.change}` : ''}>
              {row.cells.map((cell, column) => (
                <td
                  key={column}
                  className={`${cell.numeric ? 'nbpeer-number' : ''} nbpeer-cell-${cell.change}`}
                >
                  {cell.before && cell.change ? <del>{cell.before}</del> : null}
                  {cell.change ? <ins>{cell.text}</ins> : cell.text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {grid.left_out > 0 ? (
        <p className="nbpeer-quiet">
          {trans._n('%1 row left out', '%1 rows left out', grid.left_out, grid.left_out)}
        </p>
      ) : null}
    </div>
  );
}

function Expectations({
  results,
  trans
}: {
  results: Results;
  trans: TranslationBundle;
}): React.ReactElement | null {
  if (results.expectations.length === 0) {
    return null;
  }
  return (
    <>
      <h4>{trans.__('Expectations')}</h4>
      <ul className="nbpeer-list nbpeer-tight">
        {results.expectations.map(one => (
          <li key={one.name} className={one.passed ? 'nbpeer-met' : 'nbpeer-unmet'}>
            {one.passed ? '✓' : '✗'} {one.name} {one.passed ? '' : trans.__('(failed)')}{' '}
            <span className="nbpeer-quiet">{one.detail}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Groups({ results, trans }: { results: Results; trans: TranslationBundle }): React.ReactElement {
  return (
    <>
      {results.groups
        .filter(group => group.rows.length > 0)
        .map(group => (
          <React.Fragment key={group.title}>
            <h4>{trans.__('%1, what changed', group.title)}</h4>
            <ul className="nbpeer-list nbpeer-tight">
              {group.rows.map((row, at) => (
                <li key={at}>
                  {row.name ? <strong>{row.name} </strong> : null}
                  {row.said}
                </li>
              ))}
            </ul>
          </React.Fragment>
        ))}
    </>
  );
}
