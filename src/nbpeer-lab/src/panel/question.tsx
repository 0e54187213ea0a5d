import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Answer, Choice, Question, Sitting } from '../answers';

interface QuestionProps {
  question: Question;
  answer: Answer | null;
  /** What was answered while the notebook changed: not counted until it is kept. */
  aside: Answer | null;
  others: Sitting['others'];
  readOnly: boolean;
  give: (answer: Answer | null) => void;
  move: (by: number) => void;
  trans: TranslationBundle;
}

const KEYS: Record<string, Choice> = { y: 'yes', n: 'no', a: 'na' };

/** One question with its evidence and the answers to it. */
export function QuestionRow(props: QuestionProps): React.ReactElement {
  const { question, answer, readOnly, trans } = props;
  const earlier = props.aside ?? question.earlier;
  const given = answer ?? question.by_rules;
  const keyDown = (event: React.KeyboardEvent<HTMLElement>): void => {
    if (isTyping(event) || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (act(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };
  const act = (key: string): boolean => {
    const choice = KEYS[key];
    if (key === 'ArrowDown' || key === 'j') {
      props.move(1);
    } else if (key === 'ArrowUp') {
      props.move(-1);
    } else if (readOnly) {
      return false;
    } else if (choice) {
      props.give({ answer: choice, note: answer?.note ?? '' });
      if (choice === 'yes') {
        props.move(1);
      }
    } else if (key === 'k' && earlier && !answer) {
      props.give(earlier);
      props.move(1);
    } else {
      return false;
    }
    return true;
  };
  return (
    <li
      className={`nbpeer-question ${given ? 'nbpeer-answered' : 'nbpeer-open'} ${question.flagged ? 'nbpeer-flagged' : ''}`}
      data-question={question.id}
      tabIndex={0}
      onKeyDown={keyDown}
      aria-label={`${question.id}: ${question.question}`}
    >
      <p className="nbpeer-question-top">
        <span className="nbpeer-id">{question.id}</span>
        <strong>{question.question}</strong>
      </p>
      <p className="nbpeer-quiet">
        {question.why}
        {question.flagged ? ` · ${trans.__('the rules found something here')}` : ''}
      </p>
      <Evidence question={question} trans={trans} />
      {question.by_rules && !question.asks ? (
        <p className="nbpeer-quiet">
          {trans.__('answered by the rules: %1', wordFor(question.by_rules.answer, trans))}{' '}
          {question.by_rules.note}
        </p>
      ) : (
        <Choices {...props} />
      )}
      {earlier && !answer && !readOnly ? (
        <p className="nbpeer-quiet">
          {trans.__('Before this version you answered: %1', wordFor(earlier.answer, trans))}{' '}
          {earlier.note ? `“${earlier.note}” ` : ''}
          <button className="nbpeer-button nbpeer-button-link" onClick={() => props.give(earlier)}>
            {trans.__('Keep it (k)')}
          </button>
        </p>
      ) : null}
      {props.others.map(other => (
        <p key={other.reviewer} className="nbpeer-other">
          {trans.__('%1: %2', other.reviewer, wordFor(other.answers[question.id]?.answer ?? 'na', trans))}{' '}
          {other.answers[question.id]?.note}
        </p>
      ))}
    </li>
  );
}

function isTyping(event: React.KeyboardEvent): boolean {
  return event.target instanceof HTMLTextAreaElement;
}

function Evidence({
  question,
  trans
}: {
  question: Question;
  trans: TranslationBundle;
}): React.ReactElement | null {
  const found = question.evidence;
  const said = question.excerpts;
  if (found.length === 0 && said.length === 0) {
    return null;
  }
  const few = 3;
  return (
    <div className="nbpeer-evidence">
      {said.map(excerpt => (
        <div key={excerpt.label} className="nbpeer-quote">
          <span className="nbpeer-label">{excerpt.label}</span>
          {excerpt.lines.map((line, at) => (
            <p key={at}>{line}</p>
          ))}
        </div>
      ))}
      <ul>
        {found.slice(0, few).map(line => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {found.length > few ? (
        <details className="nbpeer-details">
          <summary>{trans._n('%1 more', '%1 more', found.length - few, found.length - few)}</summary>
          <ul>
            {found.slice(few).map(line => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}

export function wordFor(choice: Choice, trans: TranslationBundle): string {
  return { yes: trans.__('yes'), no: trans.__('no'), na: trans.__('not applicable') }[choice];
}

function Choices({ question, answer, readOnly, give, trans }: QuestionProps): React.ReactElement {
  const note = answer?.note ?? '';
  return (
    <>
      <div className="nbpeer-choices" role="radiogroup" aria-label={trans.__('Answer to %1', question.id)}>
        {(['yes', 'no', 'na'] as const).map(choice => (
          <label key={choice} className={answer?.answer === choice ? 'nbpeer-chosen' : ''}>
            <input
              type="radio"
              name={`nbpeer-answer-${question.id}`}
              value={choice}
              checked={answer?.answer === choice}
              disabled={readOnly}
              onChange={() => give({ answer: choice, note })}
            />
            {wordFor(choice, trans)}
          </label>
        ))}
        {answer && !readOnly ? (
          <button className="nbpeer-button nbpeer-button-link" onClick={() => give(null)}>
            {trans.__('Take back')}
          </button>
        ) : null}
      </div>
      {answer ? <Note key={answer.answer} {...{ question, answer, readOnly, give, trans }} /> : null}
    </>
  );
}

type NoteProps = Pick<QuestionProps, 'question' | 'readOnly' | 'give' | 'trans'> & { answer: Answer };

/** A note is kept when its field is left, and while it is typed whenever one pauses. */
function Note({ question, answer, readOnly, give, trans }: NoteProps): React.ReactElement | null {
  const [text, setText] = React.useState(answer.note);
  const [wanted, setWanted] = React.useState(Boolean(answer.note) || answer.answer !== 'yes');
  React.useEffect(() => {
    if (text === answer.note) {
      return undefined;
    }
    const timer = window.setTimeout(() => give({ ...answer, note: text }), 800);
    return () => window.clearTimeout(timer);
  }, [text, answer, give]);
  if (readOnly) {
    return answer.note ? <p className="nbpeer-quiet">{answer.note}</p> : null;
  }
  if (!wanted) {
    return (
      <button className="nbpeer-button nbpeer-button-link" onClick={() => setWanted(true)}>
        {trans.__('Add a note')}
      </button>
    );
  }
  return (
    <label className="nbpeer-note-field">
      {answer.answer === 'no' ? trans.__('Why not, in a line') : trans.__('Note')}
      <textarea
        aria-label={trans.__('Note on %1', question.id)}
        rows={2}
        value={text}
        onChange={event => setText(event.target.value)}
        onBlur={() => {
          if (text !== answer.note) {
            give({ ...answer, note: text });
          }
        }}
      />
    </label>
  );
}
