import type { Checks, Overview } from '../src/answers';
import { countOfFindings, counting, gateWord, isSafePicture, when, withUnit, worstFirst } from '../src/words';
import { golden, trans } from './golden';

test('findings that are waived or known do not count', () => {
  const checks = golden<Checks>('check');
  expect(counting(checks)).toHaveLength(checks.findings.filter(one => !one.waived && !one.known).length);
  expect(countOfFindings(checks, trans)).toMatch(/^2 errors, \d+ warnings$/);
});

test('the worst come first, each in the order of the notebook', () => {
  const found = worstFirst(golden<Checks>('check').findings).map(finding => finding.severity);
  expect(found).toEqual([...found].sort((a, b) => 'ewi'.indexOf(a[0] ?? '') - 'ewi'.indexOf(b[0] ?? '')));
});

test('an unreadable notebook is an error, never a pass', () => {
  expect(countOfFindings(golden<Checks>('check-unreadable'), trans)).toBe('1 error');
});

test('the gate in words', () => {
  expect(gateWord(golden<Overview>('overview'), trans)).toBe('Gate not met');
  expect(gateWord(golden<Overview>('overview-unchanged'), trans)).toBe('Not changed');
});

test.each([
  ['data:image/png;base64,iVBORw0KGgo=', true],
  ['data:image/svg+xml;base64,PHN2Zz4=', false],
  ['https://example.org/pixel.png', false],
  ['javascript:alert(1)', false],
  ['data:image/png;base64,iVBO"onerror="x', false]
])('%s is shown as a picture: %s', (uri, safe) => {
  expect(isSafePicture(uri)).toBe(safe);
});

test('a unit stands once', () => {
  expect(withUnit('0.05', '%')).toBe('0.05 %');
  expect(withUnit('0.05 %', '%')).toBe('0.05 %');
  expect(withUnit('3', '')).toBe('3');
});

test('what is no time stays as it came', () => {
  expect(when('soon')).toBe('soon');
  expect(when('2026-11-25T12:00:00Z', 'en-GB')).toBe('25 Nov 2026');
});
