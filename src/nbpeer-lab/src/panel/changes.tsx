import * as React from 'react';

import type { ChangedCell, Changes, OutputChange } from '../answers';
import type { Intentions } from '../tools';
import { Button } from './button';
import { Lines } from './lines';
import { Pictures } from './pictures';

/** Changed cells, against the base or against what this reviewer saw last. */
export function ChangesList({ changes, act }: { changes: Changes; act: Intentions }): React.ReactElement {
  const { trans } = act;
  return (
    <>
      <div className="nbpeer-choice" role="radiogroup" aria-label={trans.__('Compare with')}>
        {(['base', 'look'] as const).map(since => (
          <label key={since}>
            <input
              type="radio"
              name="nbpeer-since"
              checked={changes.since === since}
              onChange={() => act.look(since)}
            />
            {since === 'base' ? trans.__('the base') : trans.__('since I last looked')}
          </label>
        ))}
      </div>
      <p className="nbpeer-quiet">{told(changes, act)}</p>
      {changes.problem ? <p className="nbpeer-trouble">{changes.problem}</p> : null}
      <ul className="nbpeer-list">
        {changes.cells.map((cell, at) => (
          <CellRow key={`${cell.cells[0]?.cell_id ?? ''}${at}`} cell={cell} act={act} />
        ))}
      </ul>
      {changes.cells.length > 0 ? (
        <div className="nbpeer-actions">
          <Button label={trans.__('Open side by side')} act={act.visual} />
        </div>
      ) : null}
    </>
  );
}

function told(changes: Changes, { trans }: Intentions): string {
  if (changes.since === 'look' && !changes.before) {
    return trans.__('You have not looked at this analysis before.');
  }
  const moved = changes.before_path ? ` · ${trans.__('was %1', changes.before_path)}` : '';
  if (changes.cells.length === 0) {
    return trans.__('Nothing changed against %1.', changes.before) + moved;
  }
  return `${changes.summary} · ${trans.__('against %1', changes.before)}${moved}`;
}

function CellRow({ cell, act }: { cell: ChangedCell; act: Intentions }): React.ReactElement {
  const { trans } = act;
  return (
    <li className={`nbpeer-change nbpeer-change-${cell.kind}`}>
      <p className="nbpeer-change-top">
        {cell.cells.length > 0 ? (
          <button
            className="nbpeer-place"
            onClick={() => act.showCell(cell)}
            title={trans.__('Show it in the notebook')}
          >
            {cell.title}
          </button>
        ) : (
          <strong>{cell.title}</strong>
        )}
      </p>
      {cell.notes.map(note => (
        <p key={note} className="nbpeer-quiet">
          {note}
        </p>
      ))}
      {cell.lines.length > 0 ? <Lines lines={cell.lines} trans={trans} /> : null}
      {cell.outputs.map((output, at) => (
        <OutputRow key={at} output={output} of={cell.title} act={act} />
      ))}
    </li>
  );
}

function OutputRow(props: { output: OutputChange; of: string; act: Intentions }): React.ReactElement {
  const { output, act } = props;
  return (
    <div className="nbpeer-output">
      <p>{output.said}</p>
      {output.values.map(value => (
        <code key={value} className="nbpeer-excerpt">
          {value}
        </code>
      ))}
      {output.lines.length > 0 ? <Lines lines={output.lines} trans={act.trans} /> : null}
      {output.more > 0 ? (
        <p className="nbpeer-quiet">
          {act.trans._n('%1 more line', '%1 more lines', output.more, output.more)}
        </p>
      ) : null}
      <Pictures of={props.of} pictures={output.pictures} trans={act.trans} />
    </div>
  );
}
