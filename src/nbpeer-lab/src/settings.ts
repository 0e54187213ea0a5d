import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/** What a person can set. */
export interface Preferences {
  base: string;
  markChanges: boolean;
  markFindings: boolean;
  compareInGit: boolean;
}

export const DEFAULTS: Preferences = { base: '', markChanges: true, markFindings: true, compareInGit: true };

/** Settings as preferences; anything odd falls back to the default. */
export function preferencesOf(settings: ISettingRegistry.ISettings): Preferences {
  const { base, markChanges, markFindings, compareInGit } = settings.composite;
  return {
    base: typeof base === 'string' ? base.trim() : DEFAULTS.base,
    markChanges: typeof markChanges === 'boolean' ? markChanges : DEFAULTS.markChanges,
    markFindings: typeof markFindings === 'boolean' ? markFindings : DEFAULTS.markFindings,
    compareInGit: typeof compareInGit === 'boolean' ? compareInGit : DEFAULTS.compareInGit
  };
}
