import type { Answer, Sitting } from './answers';
import type { Ticks } from './ticks';
import { newest, unsaved } from './ticks';

interface Kept {
  content: string;
  pending: Record<string, Answer | null>;
  aside: Record<string, Answer>;
}

/** Answers that the server has not got, kept in the browser so that reloading the page does not lose them. */
export class Unsent {
  constructor(private readonly storage: () => Storage = () => window.sessionStorage) {}

  /** After every change: what is not sent, by notebook and reviewer. */
  keep(ticks: Ticks): void {
    const { kept, pending, aside } = ticks;
    try {
      if (unsaved(ticks) > 0 || Object.keys(aside).length > 0) {
        this.storage().setItem(key(kept), JSON.stringify({ content: kept.content, pending, aside }));
      } else {
        this.storage().removeItem(key(kept));
      }
    } catch {
      // A full or forbidden storage: the answers are still in the page.
    }
  }

  /** What was left there, put to what the server keeps; answers to other content are set aside. */
  restore(ticks: Ticks): Ticks {
    const found = this.read(ticks.kept);
    if (!found) {
      return ticks;
    }
    const { content, pending, aside } = found;
    return newest({ kept: { ...ticks.kept, content }, pending, aside }, ticks.kept);
  }

  private read(kept: Sitting): Kept | null {
    try {
      return JSON.parse(this.storage().getItem(key(kept)) ?? 'null') as Kept | null;
    } catch {
      return null;
    }
  }
}

const key = ({ path, reviewer }: Sitting): string => `nbpeer:unsent:${JSON.stringify([path, reviewer])}`;
