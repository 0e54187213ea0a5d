import type { Sitting } from '../src/answers';
import { answering, newest, savedAs, shown, ticksOf, unsaved } from '../src/ticks';
import { golden } from './golden';

const yes = { answer: 'yes', note: '' } as const;
const no = { answer: 'no', note: 'Sundays are missing' } as const;
const sitting = golden<Sitting>('sitting');

test('an answer is seen before it is kept', () => {
  const ticks = answering(ticksOf(sitting), 'C8', no);
  expect(shown(ticks)).toEqual({ ...sitting.answers, C8: no });
  expect(unsaved(ticks)).toBe(1);
});

test('an answer taken back is gone at once', () => {
  expect(shown(answering(ticksOf(sitting), 'C1', null))).not.toHaveProperty('C1');
});

test('what is answered again while it is being kept stays on its way', () => {
  const first = answering(ticksOf(sitting), 'C8', yes);
  const second = answering(first, 'C8', no);
  const after = savedAs(second, first.pending, { ...sitting, answers: { ...sitting.answers, C8: yes } });
  expect(shown(after)['C8']).toEqual(no);
  expect(unsaved(after)).toBe(1);
  expect(unsaved(savedAs(second, second.pending, sitting))).toBe(0);
});

test('answers of another tab come in, and none of ours is lost', () => {
  const ours = answering(ticksOf(sitting), 'C8', no);
  const theirs = { ...sitting, revision: 'another', answers: { C2: yes } };
  expect(shown(newest(ours, theirs))).toEqual({ C2: yes, C8: no });
});

test('answers to content that is not there any more are set aside, and never counted', () => {
  const ours = answering(ticksOf(sitting), 'C8', no);
  const after = newest(ours, { ...sitting, content: 'sha256:other', answers: {} });
  expect(shown(after)).toEqual({});
  expect(after.aside).toEqual({ C8: no });
});

test('other people’s ticks are the server’s', () => {
  const two = golden<Sitting>('sitting-two');
  expect(two.others[0]?.reviewer).toBe('reviewer@example.org');
  expect(two.others[0]?.answers['C1']).toEqual(yes);
});
