import type { Overview } from '../src/answers';
import { Offline, Refused } from '../src/errors';
import { noFacts } from '../src/facts';
import { Loader } from '../src/loader';
import { Store } from '../src/store';
import { golden } from './golden';

const overview = golden<Overview>('overview');

function loader(answers: (() => Promise<Overview>)[]): {
  store: Store<ReturnType<typeof noFacts>>;
  loader: Loader;
} {
  const store = new Store(noFacts(overview.path));
  const about = { source: () => ({ path: overview.path }), base: () => '', sha256: () => undefined };
  const api = { overview: () => answers.shift()!() } as never;
  return { store, loader: new Loader(api, store, about, () => new Set(['overview'] as const)) };
}

test('what is known is not asked for again', async () => {
  const made = loader([async () => overview]);
  await made.loader.load();
  await made.loader.load();
  expect(made.store.get().answered.overview).toBe(overview);
});

test('a later question makes an earlier answer void', async () => {
  let late: (answer: Overview) => void = () => undefined;
  const newer = { ...overview, tier: 'high' };
  const made = loader([() => new Promise(resolve => (late = resolve)), async () => newer]);
  const first = made.loader.load();
  await made.loader.refresh(['overview']);
  late(overview);
  await first;
  expect(made.store.get().answered.overview?.tier).toBe('high');
});

test('a refusal is shown instead of what was known before', async () => {
  const made = loader([async () => overview, () => Promise.reject(new Refused(500, 'internal error', ''))]);
  await made.loader.load();
  await made.loader.refresh(['overview']);
  expect(made.store.get().problems.overview?.message).toBe('internal error');
  expect(made.store.get().answered.overview).toBeUndefined();
});

test('a server that is gone leaves what was known, and is asked again', async () => {
  jest.useFakeTimers();
  const made = loader([async () => overview, () => Promise.reject(new Offline('')), async () => overview]);
  await made.loader.load();
  await made.loader.refresh(['overview']);
  expect(made.store.get().offline).toBe(true);
  expect(made.store.get().answered.overview).toBe(overview);
  await jest.advanceTimersByTimeAsync(1100);
  expect(made.store.get().offline).toBe(false);
  jest.useRealTimers();
});

test('the gate is asked for first, and the rest when it is answered', async () => {
  const order: string[] = [];
  const answer = (part: string) => async () => {
    order.push(part);
    await Promise.resolve();
    order.push(`${part} answered`);
    return {};
  };
  const api = { overview: answer('overview'), check: answer('checks'), changes: answer('changes') } as never;
  const about = { source: () => ({ path: 'a.ipynb' }), base: () => '', sha256: () => undefined };
  const wanted = new Set(['checks', 'overview', 'changes'] as const);
  const one = new Loader(api, new Store(noFacts('a.ipynb')), about, () => wanted);
  await Promise.all([one.load(), one.load()]);
  expect(order.slice(0, 2)).toEqual(['overview', 'overview answered']);
  expect(order.filter(part => part.endsWith('answered'))).toHaveLength(3);
});
