import * as React from 'react';

import type { SignOff, SignOffs } from '../answers';
import type { Intentions } from '../tools';
import { when } from '../words';

/** Who signed, and whether it still holds. */
export function SignOffsList({ signoffs, act }: { signoffs: SignOffs; act: Intentions }): React.ReactElement {
  return (
    <>
      <p className="nbpeer-quiet">{signoffs.reason}</p>
      <ul className="nbpeer-list">
        {signoffs.sign_offs.map(one => (
          <SignOffRow key={one.file} signOff={one} act={act} />
        ))}
      </ul>
    </>
  );
}

function SignOffRow({ signOff, act }: { signOff: SignOff; act: Intentions }): React.ReactElement {
  const { trans } = act;
  const words = { holds: trans.__('holds'), lapsed: trans.__('lapsed'), fails: trans.__('does not count') };
  const mark = { holds: '✓', lapsed: '○', fails: '✗' }[signOff.standing];
  return (
    <li className={`nbpeer-signoff nbpeer-signoff-${signOff.standing}`}>
      <p>
        <span aria-hidden>{mark} </span>
        <strong>{signOff.reviewer}</strong> <span className="nbpeer-standing">{words[signOff.standing]}</span>
      </p>
      <p className="nbpeer-quiet">
        {signOff.reason}
        {signOff.reason.includes(signOff.time.slice(0, 10)) ? '' : ` · ${when(signOff.time)}`}
      </p>
      {signOff.comment ? <blockquote>{signOff.comment}</blockquote> : null}
      {signOff.committed ? null : (
        <p className="nbpeer-note">{trans.__('Not committed yet: commit %1', signOff.file)}</p>
      )}
    </li>
  );
}
