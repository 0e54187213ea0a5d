import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, IFrame, MainAreaWidget, Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

/** Where larger things are shown: JupyterLab has a main area to share, Notebook has not. */
export class MainArea {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly isLab: boolean,
    private readonly trans: TranslationBundle
  ) {}

  /** A widget of its own: a tab in JupyterLab, a dialog in Notebook. */
  async show(id: string, title: string, content: Widget): Promise<void> {
    if (!this.isLab) {
      content.addClass('nbpeer-in-dialog');
      const buttons = [Dialog.okButton({ label: this.trans.__('Close') })];
      await new Dialog({ title, body: content, buttons }).launch();
      return;
    }
    const widget = new MainAreaWidget({ content });
    widget.id = `nbpeer-${id}-${Date.now()}`;
    widget.title.label = title;
    widget.title.closable = true;
    this.app.shell.add(widget, 'main', { mode: 'tab-after' });
    this.app.shell.activateById(widget.id);
  }

  /** A page that nbpeer made. It runs in a sandbox: no script, no access to what is around it. */
  async page(id: string, title: string, url: string): Promise<void> {
    if (!this.isLab) {
      Notification.success(title, {
        autoClose: false,
        actions: [
          { label: this.trans.__('Open'), callback: () => void window.open(url, '_blank', 'noopener') }
        ]
      });
      return;
    }
    const frame = new IFrame({ sandbox: [] });
    frame.url = url;
    await this.show(id, title, frame);
  }
}
