import { joinGit } from '../src/git';

const model = (hasConflict: boolean) => ({ hasConflict });

/** jupyterlab-git as JupyterLab holds it: a container with plug-ins, one of which registers its own provider. */
function installed(): { app: never; factories: ((options: object) => Promise<object>)[]; theirs: object } {
  const token = { name: 'git' };
  const theirs = {};
  const factories: ((options: object) => Promise<object>)[] = [];
  const git = { registerDiffProvider: (_n: string, _e: string[], made: never) => factories.push(made) };
  const plugins = [
    { id: '@jupyterlab/git:plugin', provides: token },
    {
      id: '@jupyterlab/git:notebook-diff',
      requires: [token],
      activate: (_app: object, extension: typeof git) =>
        extension.registerDiffProvider('Nbdime', ['.ipynb'], (async () => theirs) as never)
    }
  ];
  window._JUPYTERLAB = { '@jupyterlab/git': { get: async () => () => ({ default: plugins as never }) } };
  const app = { resolveOptionalService: async (asked: unknown) => (asked === token ? git : null) } as never;
  return { app, factories, theirs };
}

const ours = {} as never;
const view = async () => ours;

afterEach(() => delete window._JUPYTERLAB);

test('without jupyterlab-git nothing happens', async () => {
  expect(await joinGit({} as never, view, () => true)).toBe(false);
});

test('its comparison of a notebook is ours', async () => {
  const { app, factories } = installed();
  expect(await joinGit(app, view, () => true)).toBe(true);
  expect(await factories[0]!({ model: model(false) })).toBe(ours);
});

test('a conflict is left to its own view, and so is everything when that is wanted', async () => {
  const { app, factories, theirs } = installed();
  let wanted = true;
  await joinGit(app, view, () => wanted);
  expect(await factories[0]!({ model: model(true) })).toBe(theirs);
  wanted = false;
  expect(await factories[0]!({ model: model(false) })).toBe(theirs);
});

test('a version of it that registers its provider in another way is left as it is', async () => {
  const { app, factories } = installed();
  const container = window._JUPYTERLAB!['@jupyterlab/git']!;
  const { default: plugins } = (await container.get('./extension'))() as { default: object[] };
  window._JUPYTERLAB = {
    '@jupyterlab/git': { get: async () => () => ({ default: plugins.slice(0, 1) as never }) }
  };
  expect(await joinGit(app, view, () => true)).toBe(false);
  expect(factories).toHaveLength(0);
});
