import { caretDownIcon, caretRightIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Problem } from '../answers';

interface SectionProps {
  name: string;
  title: string;
  count: string;
  tone: 'good' | 'bad' | 'plain';
  open: boolean;
  busy: string;
  problem?: Problem;
  toggle: (open: boolean) => void;
  children: React.ReactNode;
}

/** One fold of the panel: a heading that is a button, and what it opens. */
export function Section(props: SectionProps): React.ReactElement {
  const { name, open } = props;
  const Caret = open ? caretDownIcon : caretRightIcon;
  return (
    <section className="nbpeer-section" data-section={name} aria-labelledby={`nbpeer-heading-${name}`}>
      <h3 className="nbpeer-heading">
        <button
          id={`nbpeer-heading-${name}`}
          aria-expanded={open}
          aria-controls={`nbpeer-body-${name}`}
          onClick={() => props.toggle(!open)}
        >
          <Caret.react tag="span" className="nbpeer-caret" aria-hidden />
          <span className="nbpeer-heading-title">{props.title}</span>
          <span className={`nbpeer-count nbpeer-${props.tone}`}>{props.busy || props.count}</span>
        </button>
      </h3>
      <div id={`nbpeer-body-${name}`} className="nbpeer-body" hidden={!open} aria-busy={Boolean(props.busy)}>
        {open && props.problem ? <Trouble {...props.problem} /> : null}
        {open ? props.children : null}
      </div>
    </section>
  );
}

/** What went wrong, and what to do. */
export function Trouble({ message, hint }: Problem): React.ReactElement {
  return (
    <p className="nbpeer-trouble" role="alert">
      <strong>{message}</strong>
      {hint ? <span> {hint}</span> : null}
    </p>
  );
}
