import type { RunState } from '../src/answers';
import { Offline, Refused } from '../src/errors';
import { noFacts } from '../src/facts';
import { pause } from '../src/retry';
import { added, Runner, share } from '../src/runner';
import { Store } from '../src/store';
import { golden } from './golden';

const begun = golden<RunState>('run-begun');
const ended = golden<RunState>('run-ended');

function runner(states: (() => Promise<RunState>)[]): {
  store: Store<ReturnType<typeof noFacts>>;
  run: Runner;
  end: jest.Mock;
} {
  const store = new Store(noFacts(begun.path));
  const end = jest.fn();
  const api = { run: async () => begun, runState: () => states.shift()!() } as never;
  return { store, end, run: new Runner(api, store, end) };
}

test('a run is followed to its end', async () => {
  const made = runner([async () => ended]);
  await (
    await made.run.start({}, false)
  ).ended;
  expect(made.store.get().run?.result?.ok).toBe(true);
  expect(made.end).toHaveBeenCalledTimes(1);
});

test('a server that is gone for a while is asked again', async () => {
  jest.useFakeTimers();
  const made = runner([() => Promise.reject(new Offline('')), async () => ended]);
  const { ended: over } = await made.run.start({}, false);
  await jest.advanceTimersByTimeAsync(0);
  expect(made.store.get().runOffline).toBe(true);
  await jest.advanceTimersByTimeAsync(1100);
  await over;
  expect(made.store.get().runOffline).toBe(false);
  jest.useRealTimers();
});

test('a run that the server does not know any more is told, not waited for', async () => {
  const forgot = Refused.of(404, JSON.stringify(golden('error-run')));
  const made = runner([() => Promise.reject(forgot)]);
  await expect((await made.run.start({}, false)).ended).rejects.toThrow('knows no such run');
  expect(made.store.get().run).toBeNull();
});

test('later states only bring newer events', () => {
  const half = { ...ended, ended: false, events: ended.events.slice(0, 2) };
  const rest = { ...ended, events: ended.events.slice(2) };
  expect(added(half, rest).events).toEqual(ended.events);
});

test('progress', () => {
  expect(share({ ...begun, cell: 3, cells: 9 })).toBeCloseTo(1 / 3);
  expect(share(begun)).toBe(0);
});

test('the server is asked ever more seldom, but at least every half minute', () => {
  expect([0, 1, 2, 5, 50].map(pause)).toEqual([1, 2, 4, 30, 30]);
});
