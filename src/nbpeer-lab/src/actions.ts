import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import { URLExt, PageConfig } from '@jupyterlab/coreutils';
import type { IEditorServices } from '@jupyterlab/codeeditor';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { MimeModel } from '@jupyterlab/rendermime';
import type { Widget } from '@lumino/widgets';
import { createElement } from 'react';

import type { Decision, Finding, Since } from './answers';
import type { Api } from './api';
import type { Desk } from './desk';
import { askToRun, editParameters } from './dialogs/parameters';
import { askDecision, askReason } from './dialogs/words';
import { Offline } from './errors';
import type { Compared } from './git';
import type { MainArea } from './mainarea';
import { Entry } from './panel/entry';
import { tell } from './said';

export interface ActionsOptions {
  api: Api;
  main: MainArea;
  rendermime: IRenderMimeRegistry;
  editors: IEditorServices;
  base: () => string;
  trans: TranslationBundle;
}

/** What can be done with one notebook, whoever asked: a command or the panel. */
export class Actions {
  constructor(private readonly options: ActionsOptions) {}

  async check(desk: Desk): Promise<void> {
    await desk.refresh(['checks']);
    const { checks } = desk.store.get().answered;
    if (checks) {
      desk.say(checks.said);
    }
  }

  async fix(desk: Desk, findings: Finding[]): Promise<void> {
    const ids = findings.map(finding => finding.id);
    await desk.apply(await this.options.api.fix(desk.source(), ids));
  }

  async waive(desk: Desk, finding: Finding): Promise<void> {
    const { api, trans } = this.options;
    const edits = await askReason(finding, reason => api.waive(desk.source(), finding.id, reason), trans);
    if (edits) {
      await desk.apply(edits);
    }
  }

  async explain(finding: Finding): Promise<void> {
    const { api, rendermime, trans } = this.options;
    const rule = await api.rule(finding.code);
    const body = rendermime.createRenderer('text/markdown');
    body.addClass('nbpeer-rule');
    await body.renderModel(new MimeModel({ data: { 'text/markdown': rule.page }, trusted: false }));
    await showDialog({
      title: `${rule.code} ${rule.name}`,
      body,
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
  }

  async look(desk: Desk, since: Since): Promise<void> {
    desk.store.set({ since });
    await desk.refresh(['changes']);
  }

  async sideBySide(desk: Desk): Promise<void> {
    const { api, main, base, trans, editors, rendermime } = this.options;
    const { path, since } = desk.store.get();
    const [{ sideBySide }, versions] = await Promise.all([
      import('./visual'),
      api.nbdime(path, base(), since)
    ]);
    const widget = await sideBySide({ ...versions, editors, rendermime });
    await main.show('diff', trans.__('Changes of %1', path.split('/').pop() ?? path), widget);
  }

  /** Two versions that jupyterlab-git holds. */
  async compared(model: Compared): Promise<Widget> {
    const { api, editors, rendermime } = this.options;
    const [{ GitComparison }, { sideBySide }] = await Promise.all([
      import('./gitcomparison'),
      import('./visual')
    ]);
    const widget = new GitComparison(model, async (before, after) =>
      sideBySide({ ...(await api.pair(before, after)), editors, rendermime })
    );
    await widget.refresh();
    return widget;
  }

  async packet(desk: Desk): Promise<void> {
    const { api, main, base, trans } = this.options;
    const { path } = desk.store.get();
    const { url } = await api.packet(path, base());
    const title = trans.__('Packet of %1', path.split('/').pop() ?? path);
    await main.page('packet', title, URLExt.join(PageConfig.getBaseUrl(), url));
  }

  async catalogue(desk: Desk): Promise<void> {
    const { api, base, trans } = this.options;
    const found = await api.catalogue(desk.store.get().path, base());
    await showDialog({
      title: found.entry.title,
      body: ReactWidget.create(createElement(Entry, { found, trans })),
      buttons: [Dialog.okButton({ label: trans.__('Close') })]
    });
  }

  async parameters(desk: Desk): Promise<void> {
    const edits = await editParameters(this.options.api, desk.source(), this.options.trans);
    if (edits) {
      await desk.apply(edits);
    }
  }

  async run(desk: Desk): Promise<void> {
    const { api, trans } = this.options;
    const { edited } = desk.store.get();
    const begun = await askToRun(await api.parameters(desk.source()), {
      edited,
      start: async (parameters, fresh) => {
        if (edited) {
          await desk.panel.context.save();
        }
        return desk.runner.start(parameters, fresh);
      },
      trans
    });
    await begun?.ended;
  }

  async sign(desk: Desk, decision: Decision): Promise<void> {
    const { api, base, trans } = this.options;
    await desk.ticks.save();
    const signed = await askDecision(
      decision,
      comment => {
        const { path, ticks } = desk.store.get();
        if (!ticks || Object.keys(ticks.pending).length > 0) {
          throw new Offline(trans.__('not every answer is kept yet'));
        }
        const { content, revision } = ticks.kept;
        return api.sign({ path, base: base() || undefined, content, revision, decision, comment });
      },
      trans
    );
    if (signed) {
      tell(signed.said);
      await desk.refresh();
    }
  }

  async strip(desk: Desk): Promise<void> {
    const stripped = await this.options.api.strip(desk.buffer());
    const model = desk.panel.context.model;
    if (stripped.notebook) {
      model.fromJSON(stripped.notebook as ReturnType<typeof model.toJSON> & object);
      model.dirty = true;
    }
    desk.say(stripped.said);
    tell(stripped.said);
  }
}
