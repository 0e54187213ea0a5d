import { Offline, problemOf, Refused } from '../src/errors';
import { golden } from './golden';

test.each(['error-conflict', 'error-run', 'error-sign', 'error-sitting', 'error-new'])(
  '%s is two lines',
  name => {
    const said = golden<{ message: string; hint: string; current?: unknown }>(name);
    const refused = Refused.of(409, JSON.stringify(said));
    expect(problemOf(refused)).toEqual({ message: said.message, hint: said.hint });
    expect(refused.current).toEqual(said.current ?? null);
  }
);

test('a conflict brings what is kept now', () => {
  const refused = Refused.of(409, JSON.stringify(golden('error-sitting')));
  expect(refused.current).toHaveProperty('revision');
});

test('without the server side it is said what to do', () => {
  expect(Refused.of(404, '<html>404</html>').hint).toContain('jupyter server extension list');
});

test('a proxy’s page is not shown', () => {
  expect(Refused.of(502, '<h1>Bad gateway</h1>').message).toBe('The server answered 502');
});

test('a server that is gone loses nothing', () => {
  expect(problemOf(new Offline('refused')).hint).toContain('nothing is lost');
});
