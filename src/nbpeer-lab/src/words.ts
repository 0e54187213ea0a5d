import type { TranslationBundle } from '@jupyterlab/translation';

import type { Checks, Condition, Finding, Overview } from './answers';

/** What still counts of the findings: neither waived nor known of old. */
export const counting = (checks: Checks): Finding[] =>
  checks.findings.filter(finding => !finding.waived && !finding.known);

const RANK = { error: 0, warning: 1, info: 2 };

/** Errors before warnings before infos; each in the order of the notebook. */
export const worstFirst = (findings: readonly Finding[]): Finding[] =>
  [...findings].sort((one, other) => RANK[one.severity] - RANK[other.severity]);

/** "2 errors, 1 warning": the worst first, at most two of them. */
export function countOfFindings(checks: Checks, trans: TranslationBundle): string {
  const found = counting(checks);
  const of = (severity: string): number => found.filter(finding => finding.severity === severity).length;
  const [errors, warnings, infos] = [of('error'), of('warning'), of('info')];
  const parts = [
    errors > 0 ? trans._n('%1 error', '%1 errors', errors, errors) : '',
    warnings > 0 ? trans._n('%1 warning', '%1 warnings', warnings, warnings) : '',
    infos > 0 ? trans._n('%1 info', '%1 infos', infos, infos) : ''
  ].filter(Boolean);
  return parts.slice(0, 2).join(', ') || trans.__('none');
}

/** The gate in a word or two. */
export function gateWord(overview: Overview, trans: TranslationBundle): string {
  if (!overview.gate) {
    return overview.changed ? trans.__('Gate unknown') : trans.__('Not changed');
  }
  return overview.gate.met ? trans.__('Gate met') : trans.__('Gate not met');
}

export const unmet = (conditions: readonly Condition[]): Condition[] =>
  conditions.filter(condition => !condition.met);

/** A time as people read it, in their own locale; as it came where it is none. */
export function when(iso: string, locale?: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime()) ? iso : time.toLocaleDateString(locale, { dateStyle: 'medium' });
}

/** Only a picture made by the server is shown: anything else would be somebody's address. */
export const isSafePicture = (uri: string): boolean => /^data:image\/png;base64,[A-Za-z0-9+/]+=*$/.test(uri);

/** "0.05 %": the unit once. */
export const withUnit = (value: string, unit: string): string =>
  unit && !value.endsWith(unit) ? `${value} ${unit}` : value;
