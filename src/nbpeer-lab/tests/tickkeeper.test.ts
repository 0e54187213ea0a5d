import type { Answer, Sitting } from '../src/answers';
import { Offline, Refused } from '../src/errors';
import { noFacts } from '../src/facts';
import { Store } from '../src/store';
import { TickKeeper } from '../src/tickkeeper';
import { shown, ticksOf, unsaved } from '../src/ticks';
import { golden } from './golden';

const yes: Answer = { answer: 'yes', note: '' };
const sitting = golden<Sitting>('sitting');
type Keep = (
  path: string,
  content: string,
  revision: string,
  answers: Record<string, Answer>
) => Promise<Sitting>;

/** The far side of the wire: what the server's own tests prove of it, in a few lines. */
function far(keep: Keep): {
  store: Store<ReturnType<typeof noFacts>>;
  keeper: TickKeeper;
  outdated: jest.Mock;
} {
  const store = new Store(noFacts(sitting.path));
  store.set({ ticks: ticksOf(sitting) });
  const outdated = jest.fn();
  return { store, outdated, keeper: new TickKeeper({ keep } as never, store, outdated) };
}

test('an answer is kept as it is given', async () => {
  const { store, keeper } = far(async (_p, _c, _r, answers) => ({
    ...sitting,
    revision: 'next',
    answers: { ...sitting.answers, ...answers }
  }));
  keeper.answer('C8', yes);
  await keeper.save();
  expect(store.get().ticks && unsaved(store.get().ticks!)).toBe(0);
  expect(store.get().ticks?.kept.revision).toBe('next');
});

test('when another tab was quicker, its answers come in and ours are sent again', async () => {
  const conflict = golden<{ current: Sitting }>('error-sitting');
  const revisions: string[] = [];
  const { store, keeper } = far(async (_p, _c, revision, answers) => {
    revisions.push(revision);
    if (revision !== conflict.current.revision) {
      throw Refused.of(409, JSON.stringify(conflict));
    }
    return { ...conflict.current, revision: 'last', answers: { ...conflict.current.answers, ...answers } };
  });
  keeper.answer('C8', yes);
  await keeper.save();
  expect(revisions).toEqual([sitting.revision, conflict.current.revision]);
  expect(shown(store.get().ticks!)).toEqual({ ...conflict.current.answers, C8: yes });
});

test('when the server is gone the answer stays, and is sent again later', async () => {
  jest.useFakeTimers();
  let there = false;
  const { store, keeper } = far(async (_p, _c, _r, answers) => {
    if (!there) {
      throw new Offline('refused');
    }
    return { ...sitting, answers: { ...sitting.answers, ...answers } };
  });
  keeper.answer('C8', yes);
  await keeper.save();
  expect(shown(store.get().ticks!)['C8']).toEqual(yes);
  expect(store.get().ticksProblem).toContain('does not answer');
  there = true;
  await jest.advanceTimersByTimeAsync(1100);
  expect(unsaved(store.get().ticks!)).toBe(0);
  expect(store.get().ticksProblem).toBe('');
  jest.useRealTimers();
});

test('when the content is another, everything is read again and nothing counts', async () => {
  const other = { ...sitting, content: 'sha256:other', answers: {} };
  const { store, keeper, outdated } = far(async () => {
    throw Refused.of(409, JSON.stringify({ message: 'changed', hint: '', current: other }));
  });
  keeper.answer('C8', yes);
  await keeper.save();
  expect(outdated).toHaveBeenCalled();
  expect(shown(store.get().ticks!)).toEqual({});
  expect(store.get().ticks?.aside).toEqual({ C8: yes });
});
