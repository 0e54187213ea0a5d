import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Token } from '@lumino/coreutils';
import type { Widget } from '@lumino/widgets';

/** What jupyterlab-git tells of two versions; only what is used here. */
export interface Compared {
  reference: { content(): Promise<string> };
  challenger: { content(): Promise<string> };
  hasConflict?: boolean;
}

type Factory = (options: { model: Compared }) => Promise<Widget>;

interface GitExtension {
  registerDiffProvider(name: string, extensions: string[], factory: Factory): void;
}

interface Plugin {
  id: string;
  requires?: Token<unknown>[];
  provides?: Token<GitExtension>;
  activate(app: JupyterFrontEnd, ...services: unknown[]): unknown;
}

interface Container {
  get(module: string): Promise<() => { default: Plugin | Plugin[] }>;
}

declare global {
  interface Window {
    /** Where JupyterLab keeps the extensions that it loaded, by package. */
    _JUPYTERLAB?: Record<string, Container | undefined>;
  }
}

/** When jupyterlab-git is installed, its comparisons of notebooks are ours, as long as they are `wanted`: cells are
 * paired as the panel pairs them. It is not imported: its token comes from the extension as it was loaded. A merge
 * conflict is left to its own view, which can resolve it. Answers whether it was there. */
export async function joinGit(
  app: JupyterFrontEnd,
  view: (model: Compared) => Promise<Widget>,
  wanted: () => boolean
): Promise<boolean> {
  const plugins = await pluginsOfGit();
  const token = plugins.find(one => one.id === '@jupyterlab/git:plugin')?.provides;
  const git = token && (await app.resolveOptionalService(token));
  const theirs = git && (await theirFactory(app, plugins, token));
  if (!git || !theirs) {
    return false;
  }
  git.registerDiffProvider('nbpeer', ['.ipynb'], options =>
    options.model.hasConflict || !wanted() ? theirs(options) : view(options.model)
  );
  return true;
}

async function pluginsOfGit(): Promise<Plugin[]> {
  const container = window._JUPYTERLAB?.['@jupyterlab/git'];
  return container ? [(await container.get('./extension'))().default].flat() : [];
}

/** Their own provider, which cannot be asked for: their plug-in registers it once more, here. */
async function theirFactory(
  app: JupyterFrontEnd,
  plugins: Plugin[],
  token: Token<unknown>
): Promise<Factory | null> {
  const plugin = plugins.find(one => one.id === '@jupyterlab/git:notebook-diff');
  const found: Factory[] = [];
  if (plugin) {
    const ears: GitExtension = { registerDiffProvider: (_name, _extensions, factory) => found.push(factory) };
    const services = await Promise.all(
      (plugin.requires ?? []).map(async one => (one === token ? ears : app.resolveRequiredService(one)))
    );
    await plugin.activate(app, ...services);
  }
  return found[0] ?? null;
}
