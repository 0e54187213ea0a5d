import type { Problem } from './answers';

/** The server did not answer at all. */
export class Offline extends Error {}

/** The server answered that it will not, with one line of why and one of what to do. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly hint: string,
    readonly current: unknown = null
  ) {
    super(message);
  }

  static of(status: number, text: string): Refused {
    let said: Record<string, unknown> = {};
    try {
      said = JSON.parse(text) as Record<string, unknown>;
    } catch {
      // A proxy's page, or the server's own when the routes are not there.
    }
    const { message, hint, current } = said;
    if (typeof message === 'string' && message) {
      return new Refused(status, message, typeof hint === 'string' ? hint : '', current ?? null);
    }
    if (status === 404) {
      return new Refused(
        status,
        'The server side of nbpeer is not there',
        '`jupyter server extension list` should name nbpeer.lab; restart JupyterLab after installing it'
      );
    }
    return new Refused(status, `The server answered ${status}`, 'its log says more');
  }
}

/** Any failure as two lines of text. */
export function problemOf(failure: unknown): Problem {
  if (failure instanceof Refused) {
    return { message: failure.message, hint: failure.hint };
  }
  if (failure instanceof Offline) {
    return { message: 'The server does not answer', hint: 'nothing is lost; it is asked again by itself' };
  }
  return { message: failure instanceof Error ? failure.message : String(failure), hint: '' };
}
