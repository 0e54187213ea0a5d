/** @jest-environment node */
import * as React from 'react';
import { renderToStaticMarkup } from 'react-dom/server';

import type { Catalogued, Changes, Checks, Results, Review, SignOffs } from '../src/answers';
import { ChangesList } from '../src/panel/changes';
import { Checklist } from '../src/panel/checklist';
import { ChecksList } from '../src/panel/checks';
import { Entry } from '../src/panel/entry';
import { ResultsList } from '../src/panel/results';
import { SignOffsList } from '../src/panel/signoffs';
import { ticksOf } from '../src/ticks';
import type { Intentions } from '../src/tools';
import { golden, trans } from './golden';

const act = { trans } as unknown as Intentions;
const html = (element: React.ReactElement): string => renderToStaticMarkup(element);
const EVIL = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>';

/** The same answer with hostile HTML wherever there is text. */
function hostile<T>(value: T): T {
  const text = JSON.stringify(value, (key, one: unknown) =>
    typeof one === 'string' &&
    !['change', 'severity', 'verdict', 'standing', 'status', 'answer', 'uri'].includes(key)
      ? one + EVIL
      : one
  );
  return JSON.parse(text) as T;
}

const review = golden<Review>('review');
const all: [string, React.ReactElement][] = [
  ['checks', <ChecksList key="1" checks={hostile(golden<Checks>('check'))} act={act} />],
  ['changes', <ChangesList key="2" changes={hostile(golden<Changes>('changes'))} act={act} />],
  ['results', <ResultsList key="3" results={hostile(golden<Results>('results'))} act={act} />],
  ['catalogue entry', <Entry key="6" found={hostile(golden<Catalogued>('catalogue'))} trans={trans} />],
  ['sign-offs', <SignOffsList key="4" signoffs={hostile(golden<SignOffs>('signoffs'))} act={act} />],
  [
    'checklist',
    <Checklist key="5" review={hostile(review)} ticks={ticksOf(review.sitting)} problem={EVIL} act={act} />
  ]
];

test.each(all)('%s: text of a notebook stays text', (_, element) => {
  const made = html(element);
  expect(made).toContain('&lt;img');
  expect(made).not.toMatch(/<img src="?x|<script/);
});

test('a change is told by sign and by word, not only by colour', () => {
  const made = html(<ChangesList changes={golden<Changes>('changes')} act={act} />);
  expect(made).toContain('removed: ');
  expect(made).toContain('<ins>0.05</ins>');
  expect(made).toContain('cell 4, removed');
});

test('before an earlier look it is said that there was none', () => {
  const none = { ...golden<Changes>('changes-look'), before: '', cells: [] };
  expect(html(<ChangesList changes={none} act={act} />)).toContain('You have not looked');
});

test('a result is shown before and after, with its unit', () => {
  expect(html(<ResultsList results={golden<Results>('results')} act={act} />)).toMatch(
    /0.0412 %.*became.*0.05 %/
  );
});

test('a catalogue entry says where it stands and why, what it found, and who reviewed it', () => {
  const made = html(<Entry found={golden<Catalogued>('catalogue')} trans={trans} />);
  expect(made).toMatch(/Approved.*reviewer@example.org approved this content/);
  expect(made).toContain('conversion: 0.0412 %');
  expect(made).toContain('reviewer@example.org approved, 2026-11-25');
  expect(made).not.toContain('Caveats');
});

test('a lapsed sign-off says so', () => {
  const made = html(<SignOffsList signoffs={golden<SignOffs>('signoffs-lapsed')} act={act} />);
  expect(made).toContain('lapsed');
  expect(made).toContain('different content');
});

test('whoever may not sign reads the questions and why', () => {
  const refused = { ...review, refusal: { message: 'you wrote it', hint: 'ask somebody' } };
  const made = html(<Checklist review={refused} ticks={ticksOf(review.sitting)} problem="" act={act} />);
  expect(made).toContain('you wrote it');
  expect(made).not.toContain('Approve');
});

test('nobody approves before every question is answered', () => {
  const made = html(<Checklist review={review} ticks={ticksOf(review.sitting)} problem="" act={act} />);
  expect(made).toMatch(/<button[^>]*disabled=""[^>]*>Approve/);
});
