import * as React from 'react';

import type { Facts } from '../facts';
import type { Store } from '../store';
import { shown } from '../ticks';
import type { Fold, Intentions } from '../tools';
import { countOfFindings, counting } from '../words';
import { Button } from './button';
import { ChangesList } from './changes';
import { Checklist, openCount } from './checklist';
import { ChecksList } from './checks';
import { Header, RunStrip } from './header';
import { Notices } from './notices';
import { ResultsList } from './results';
import { Section } from './section';
import { SignOffsList } from './signoffs';

interface PanelProps {
  store: Store<Facts>;
  act: Intentions;
  folds: ReadonlySet<Fold>;
}

/** The review of the notebook in front. */
export function Panel({ store, act, folds }: PanelProps): React.ReactElement {
  const facts = React.useSyncExternalStore(store.watch, store.get);
  const { overview } = facts.answered;
  const { trans } = act;
  const reviewable = overview?.state === 'ok' && overview.analysis;
  const readable = !overview || !['not_there', 'outside', 'too_large'].includes(overview.state);
  return (
    <>
      <Notices facts={facts} act={act} />
      <Header facts={facts} act={act} />
      <RunStrip facts={facts} act={act} />
      {overview && readable && !facts.gone ? (
        <div className="nbpeer-actions nbpeer-toolbar" role="toolbar" aria-label={trans.__('What to do')}>
          <Button label={trans.__('Run…')} act={act.run} name={trans.__('Run with parameters')} />
          {overview.state === 'ok' ? <Button label={trans.__('Packet')} act={act.packet} /> : null}
          <Button label={trans.__('Refresh')} act={act.retry} name={trans.__('Ask the server again')} />
        </div>
      ) : null}
      {readable ? <ChecksFold {...{ facts, act, folds }} /> : null}
      {overview?.state === 'ok' ? <ChangesFold {...{ facts, act, folds }} /> : null}
      {reviewable ? (
        <>
          <ResultsFold {...{ facts, act, folds }} />
          <ChecklistFold {...{ facts, act, folds }} />
          <SignOffsFold {...{ facts, act, folds }} />
        </>
      ) : null}
      <p className="nbpeer-hidden" role="status">
        {facts.said}
      </p>
    </>
  );
}

type FoldProps = Omit<PanelProps, 'store'> & { facts: Facts };

const busy = (facts: Facts, part: 'checks' | 'changes' | 'results' | 'review' | 'signoffs'): string =>
  facts.loading.has(part) && !facts.answered[part] ? '…' : '';

function ChecksFold({ facts, act, folds }: FoldProps): React.ReactElement {
  const { checks } = facts.answered;
  const errors = checks ? counting(checks).some(finding => finding.severity === 'error') : false;
  return (
    <Section
      name="checks"
      title={act.trans.__('Checks')}
      count={checks ? countOfFindings(checks, act.trans) : ''}
      tone={errors ? 'bad' : checks?.clean ? 'good' : 'plain'}
      open={folds.has('checks')}
      busy={busy(facts, 'checks')}
      problem={facts.problems.checks}
      toggle={open => act.fold('checks', open)}
    >
      {checks ? <ChecksList checks={checks} act={act} /> : null}
    </Section>
  );
}

function ChangesFold({ facts, act, folds }: FoldProps): React.ReactElement {
  const { changes } = facts.answered;
  const count = changes?.cells.length ?? 0;
  return (
    <Section
      name="changes"
      title={act.trans.__('Changes')}
      count={
        changes ? (count > 0 ? act.trans._n('%1 cell', '%1 cells', count, count) : act.trans.__('none')) : ''
      }
      tone="plain"
      open={folds.has('changes')}
      busy={busy(facts, 'changes')}
      problem={facts.problems.changes}
      toggle={open => act.fold('changes', open)}
    >
      {changes ? <ChangesList changes={changes} act={act} /> : null}
    </Section>
  );
}

function ResultsFold({ facts, act, folds }: FoldProps): React.ReactElement {
  const { results } = facts.answered;
  const moved = results?.results.filter(result => result.verdict !== 'unchanged').length ?? 0;
  return (
    <Section
      name="results"
      title={act.trans.__('Results')}
      count={
        results
          ? moved > 0
            ? act.trans._n('%1 moved', '%1 moved', moved, moved)
            : act.trans.__('none moved')
          : ''
      }
      tone="plain"
      open={folds.has('results')}
      busy={busy(facts, 'results')}
      problem={facts.problems.results}
      toggle={open => act.fold('results', open)}
    >
      {results ? <ResultsList results={results} act={act} /> : null}
    </Section>
  );
}

function ChecklistFold({ facts, act, folds }: FoldProps): React.ReactElement {
  const { review } = facts.answered;
  const { ticks } = facts;
  const asked = review?.questions.filter(question => question.asks).length ?? 0;
  const open = review && ticks ? openCount(review, shown(ticks)) : asked;
  return (
    <Section
      name="checklist"
      title={act.trans.__('Checklist')}
      count={review ? act.trans.__('%1 of %2', asked - open, asked) : ''}
      tone={review && open === 0 ? 'good' : 'plain'}
      open={folds.has('checklist')}
      busy={busy(facts, 'review')}
      problem={facts.problems.review}
      toggle={on => act.fold('checklist', on)}
    >
      {review && ticks ? (
        <Checklist review={review} ticks={ticks} problem={facts.ticksProblem} act={act} />
      ) : null}
    </Section>
  );
}

function SignOffsFold({ facts, act, folds }: FoldProps): React.ReactElement {
  const { signoffs } = facts.answered;
  const holding = signoffs?.sign_offs.filter(one => one.standing === 'holds').length ?? 0;
  const lapsed = signoffs?.sign_offs.filter(one => one.standing === 'lapsed').length ?? 0;
  const { trans } = act;
  const words = [
    holding > 0 ? trans._n('%1 holds', '%1 hold', holding, holding) : '',
    lapsed > 0 ? trans._n('%1 lapsed', '%1 lapsed', lapsed, lapsed) : ''
  ].filter(Boolean);
  return (
    <Section
      name="signoffs"
      title={trans.__('Sign-offs')}
      count={signoffs ? words.join(', ') || trans.__('none') : ''}
      tone={signoffs?.approved ? 'good' : 'plain'}
      open={folds.has('signoffs')}
      busy={busy(facts, 'signoffs')}
      problem={facts.problems.signoffs}
      toggle={open => act.fold('signoffs', open)}
    >
      {signoffs ? <SignOffsList signoffs={signoffs} act={act} /> : null}
    </Section>
  );
}
