import { Notification } from '@jupyterlab/apputils';

import { problemOf } from './errors';

const SECONDS = 8;

/** One line that goes by itself. It is shown as text. */
export function tell(message: string): void {
  Notification.success(message, { autoClose: 4000 });
}

/** What went wrong and what to do, for as long as it takes to read. */
export function tellProblem(failure: unknown): void {
  const { message, hint } = problemOf(failure);
  Notification.error(hint ? `${message}: ${hint}` : message, { autoClose: SECONDS * 1000 });
}

/** Do something a person asked for; what goes wrong is told. */
export async function attempt(what: () => Promise<unknown>): Promise<void> {
  try {
    await what();
  } catch (failure) {
    tellProblem(failure);
  }
}
