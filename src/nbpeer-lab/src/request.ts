import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { Offline, Refused } from './errors';

export type Query = Record<string, string | number | undefined>;

/** Asks the server's nbpeer routes. The only place that fetches. */
export class Server {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  /** Where a route is. */
  url(route: string, query: Query = {}): string {
    const known = Object.entries(query).filter(
      (pair): pair is [string, string | number] => pair[1] !== undefined
    );
    const asked = new URLSearchParams(known.map(([name, value]) => [name, String(value)])).toString();
    return URLExt.join(this.settings.baseUrl, 'nbpeer', route) + (asked ? `?${asked}` : '');
  }

  get<T>(route: string, query: Query = {}): Promise<T> {
    return this.ask<T>('GET', this.url(route, query));
  }

  send<T>(
    method: 'POST' | 'PUT' | 'DELETE',
    route: string,
    body: object | null,
    query: Query = {}
  ): Promise<T> {
    return this.ask<T>(method, this.url(route, query), body);
  }

  private async ask<T>(method: string, url: string, body: object | null = null): Promise<T> {
    // Answers are never stored; "no-store" here would make JupyterLab put a time into every address.
    const request: RequestInit = {
      method,
      cache: 'no-cache',
      ...(body === null ? {} : { body: JSON.stringify(body) })
    };
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, request, this.settings);
    } catch (failure) {
      throw new Offline(failure instanceof Error ? failure.message : String(failure));
    }
    const text = await response.text().catch(() => {
      throw new Offline('the answer broke off');
    });
    if (response.ok) {
      return JSON.parse(text) as T;
    }
    throw Refused.of(response.status, text);
  }
}
