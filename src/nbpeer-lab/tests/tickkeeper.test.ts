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
function far(
  keep: Keep,
  given: Sitting = sitting
): {
  store: Store<ReturnType<typeof noFacts>>;
  keeper: TickKeeper;
  outdated: jest.Mock;
} {
  const store = new Store(noFacts(given.path));
  const outdated = jest.fn();
  const keeper = new TickKeeper({ keep } as never, store, outdated);
  store.set({ ticks: ticksOf(given) });
  return { store, outdated, keeper };
}

beforeEach(() => window.sessionStorage.clear());

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

test('what could not be sent before the page was reloaded is sent by the next page', async () => {
  jest.useFakeTimers();
  const gone = far(async () => {
    throw new Offline('refused');
  });
  gone.keeper.answer('C8', yes);
  await gone.keeper.save();
  gone.keeper.stop();
  const sent: unknown[] = [];
  const next = far(async (_p, _c, _r, answers) => {
    sent.push(answers);
    return { ...sitting, answers: { ...sitting.answers, ...answers } };
  });
  await next.keeper.save();
  expect(sent).toEqual([{ C8: yes }]);
  expect(window.sessionStorage).toHaveLength(0);
  jest.useRealTimers();
});

test('what another content was answered with before the reload stands aside, and is not sent', async () => {
  const gone = far(async () => {
    throw new Refused(500, 'no', '');
  });
  gone.keeper.answer('C8', yes);
  await gone.keeper.save();
  const keep = jest.fn();
  const next = far(keep, { ...sitting, content: 'sha256:other', answers: {} });
  await next.keeper.save();
  expect(keep).not.toHaveBeenCalled();
  expect(next.store.get().ticks?.aside).toEqual({ C8: yes });
});

test('what one reviewer could not send is not sent as another', async () => {
  const gone = far(async () => {
    throw new Refused(500, 'no', '');
  });
  gone.keeper.answer('C8', yes);
  await gone.keeper.save();
  const next = far(jest.fn(), { ...sitting, reviewer: 'another@example.org' });
  expect(unsaved(next.store.get().ticks!)).toBe(0);
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
