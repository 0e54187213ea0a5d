import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Line, Piece } from '../answers';

const SIGN = { same: ' ', removed: '−', added: '+' };

/** A diff in lines, with what changed inside each. Signs beside colours; everything is text. */
export function Lines({
  lines,
  trans
}: {
  lines: (Line | null)[];
  trans: TranslationBundle;
}): React.ReactElement {
  return (
    // Long lines scroll sideways, so the block takes the focus.
    <div className="nbpeer-lines" role="group" aria-label={trans.__('Changed lines')} tabIndex={0}>
      {withoutLastEmpty(lines).map((line, at) =>
        line ? (
          <div key={at} className={`nbpeer-line nbpeer-line-${line.change}`}>
            <span className="nbpeer-sign" aria-hidden>
              {SIGN[line.change]}
            </span>
            <span className="nbpeer-hidden">{spoken(line, trans)}</span>
            <code>
              <Pieces pieces={line.pieces} />
            </code>
          </div>
        ) : (
          <div
            key={at}
            className="nbpeer-line nbpeer-left-out"
            aria-label={trans.__('unchanged lines left out')}
          >
            ⋯
          </div>
        )
      )}
    </div>
  );
}

/** A source ends with a line end: the empty line after it is nobody's change. */
function withoutLastEmpty(lines: (Line | null)[]): (Line | null)[] {
  const last = lines.at(-1);
  return last && last.pieces.every(piece => piece.text === '') ? lines.slice(0, -1) : lines;
}

function spoken(line: Line, trans: TranslationBundle): string {
  return { same: '', removed: trans.__('removed: '), added: trans.__('added: ') }[line.change];
}

export function Pieces({ pieces }: { pieces: Piece[] }): React.ReactElement {
  return (
    <>
      {pieces.map((piece, at) =>
        piece.change === 'same' ? (
          <span key={at}>{piece.text}</span>
        ) : piece.change === 'added' ? (
          <ins key={at}>{piece.text}</ins>
        ) : (
          <del key={at}>{piece.text}</del>
        )
      )}
    </>
  );
}
