import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import * as React from 'react';

import type { Problem } from '../answers';
import { problemOf } from '../errors';
import { Trouble } from '../panel/section';

/** A dialog's body that React draws and that holds one value. */
class Body<T> extends ReactWidget implements Dialog.IBodyWidget<T> {
  constructor(
    private value: T,
    private readonly draw: (value: T, change: (value: T) => void) => React.ReactElement,
    private readonly problem: Problem | null
  ) {
    super();
    this.addClass('nbpeer-form');
  }

  getValue(): T {
    return this.value;
  }

  protected override render(): React.ReactElement {
    return (
      <>
        {this.problem ? <Trouble {...this.problem} /> : null}
        {this.draw(this.value, value => {
          this.value = value;
          this.update();
        })}
      </>
    );
  }
}

interface FormOptions<T, R> {
  title: string;
  accept: string;
  cancel: string;
  value: T;
  draw: (value: T, change: (value: T) => void) => React.ReactElement;
  send: (value: T) => Promise<R>;
}

/** Ask until the server takes it or the person gives up: what was typed stays, what was wrong is said. */
export async function form<T, R>(options: FormOptions<T, R>): Promise<R | null> {
  let { value } = options;
  let problem: Problem | null = null;
  for (;;) {
    const body: Body<T> = new Body(value, options.draw, problem);
    const dialog = new Dialog<T>({
      title: options.title,
      body,
      buttons: [Dialog.cancelButton({ label: options.cancel }), Dialog.okButton({ label: options.accept })],
      focusNodeSelector: 'input, select, textarea'
    });
    dialog.addClass('nbpeer-dialog');
    const result = await dialog.launch();
    if (!result.button.accept) {
      return null;
    }
    value = body.getValue();
    try {
      return await options.send(value);
    } catch (failure) {
      problem = problemOf(failure);
    }
  }
}
