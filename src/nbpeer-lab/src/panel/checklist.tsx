import * as React from 'react';

import type { Answer, Review } from '../answers';
import type { Ticks } from '../ticks';
import { shown, unsaved } from '../ticks';
import type { Intentions } from '../tools';
import { Button } from './button';
import { QuestionRow } from './question';

interface ChecklistProps {
  review: Review;
  ticks: Ticks;
  problem: string;
  act: Intentions;
}

/** The questions only a person can answer, each with its evidence. Keys are enough. */
export function Checklist({ review, ticks, problem, act }: ChecklistProps): React.ReactElement {
  const { trans } = act;
  const answers = shown(ticks);
  const list = React.useRef<HTMLOListElement>(null);
  const move = (from: number, by: number): void => {
    const rows = list.current?.querySelectorAll<HTMLElement>('.nbpeer-question');
    rows?.[Math.max(0, Math.min(from + by, rows.length - 1))]?.focus();
  };
  const give = (at: number, answer: Answer | null): void => {
    const question = review.questions[at];
    if (question) {
      act.answer(question.id, answer);
    }
  };
  const asked = review.questions.filter(question => question.asks);
  const ready = asked.every(question => answers[question.id] !== undefined);
  return (
    <>
      {review.refusal ? (
        <p className="nbpeer-trouble">
          <strong>{review.refusal.message}</strong> {review.refusal.hint}
        </p>
      ) : (
        <p className="nbpeer-quiet">
          {trans.__(
            'You are %1. Keys: y yes, n no, a not applicable, k keep, ↓ ↑ move.',
            ticks.kept.reviewer
          )}
        </p>
      )}
      {review.since ? (
        <p className="nbpeer-note">
          {trans.__('Since you last looked: %1', review.since.summary)}{' '}
          <Button label={trans.__('Show')} kind="link" act={() => act.look('look')} />
        </p>
      ) : null}
      {review.notes.map(note => (
        <p key={note} className="nbpeer-note">
          {note}
        </p>
      ))}
      <p className="nbpeer-quiet nbpeer-kept" role="status">
        {problem || (unsaved(ticks) > 0 ? trans.__('Keeping your answers…') : '')}
      </p>
      <ol className="nbpeer-questions" ref={list}>
        {review.questions.map((question, at) => (
          <QuestionRow
            key={question.id}
            question={question}
            answer={answers[question.id] ?? null}
            aside={ticks.aside[question.id] ?? null}
            others={ticks.kept.others.filter(other => other.answers[question.id])}
            readOnly={review.refusal !== null || !question.asks}
            give={answer => give(at, answer)}
            move={by => move(at, by)}
            trans={trans}
          />
        ))}
      </ol>
      {review.refusal ? null : (
        <div className="nbpeer-actions nbpeer-decide">
          <Button
            label={trans.__('Approve…')}
            kind="accept"
            disabled={!ready}
            act={() => act.sign('approve')}
          />
          <Button label={trans.__('Request changes…')} act={() => act.sign('request_changes')} />
          {ready ? null : (
            <span className="nbpeer-quiet">
              {trans._n(
                '%1 question is open',
                '%1 questions are open',
                openCount(review, answers),
                openCount(review, answers)
              )}
            </span>
          )}
        </div>
      )}
    </>
  );
}

/** How many questions still wait for a person. */
export const openCount = (review: Review, answers: Record<string, Answer>): number =>
  review.questions.filter(question => question.asks && !answers[question.id]).length;
