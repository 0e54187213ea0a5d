import type { Answer, Sitting } from './answers';
import type { Api } from './api';
import { Offline, problemOf, Refused } from './errors';
import type { Facts } from './facts';
import { Retry } from './retry';
import type { Store } from './store';
import type { Ticks } from './ticks';
import { answering, newest, savedAs, unsaved } from './ticks';
import { Unsent } from './unsent';

/** Keeps every answer as it is given: sends it, sends it again, merges what was answered elsewhere. */
export class TickKeeper {
  private sending: Promise<void> | null = null;
  private readonly retry = new Retry(() => void this.save());
  private seen: Ticks | null = null;
  private readonly unwatch: () => void;

  constructor(
    private readonly api: Api,
    private readonly facts: Store<Facts>,
    private readonly outdated: () => void,
    private readonly unsent = new Unsent()
  ) {
    this.unwatch = facts.watch(() => this.look());
  }

  stop(): void {
    this.unwatch();
    this.retry.stop();
  }

  answer(item: string, answer: Answer | null): void {
    const { ticks } = this.facts.get();
    if (ticks) {
      this.facts.set({ ticks: answering(ticks, item, answer) });
      void this.save();
    }
  }

  /** Send what is not kept yet; resolves when nothing is on its way any more, or when it cannot be kept now. */
  save(): Promise<void> {
    this.sending ??= this.sendAll().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  /** Ask what others answered meanwhile. */
  async poll(): Promise<void> {
    const { path, ticks } = this.facts.get();
    if (!ticks || this.sending) {
      return;
    }
    try {
      const kept = await this.api.sitting(path);
      if (path === this.facts.get().path) {
        this.merge(kept);
      }
    } catch {
      // The next poll asks again; what matters is said when something is to be kept.
    }
  }

  /** What an earlier page could not send is sent now; what this one has not sent is kept in the browser. */
  private look(): void {
    const { ticks } = this.facts.get();
    const before = this.seen;
    if (ticks === before) {
      return;
    }
    this.seen = ticks;
    const found = ticks && !before ? this.unsent.restore(ticks) : ticks;
    if (found !== ticks) {
      this.facts.set({ ticks: found });
      void this.save();
    } else if (ticks && before) {
      this.unsent.keep(ticks);
    }
  }

  private async sendAll(): Promise<void> {
    let conflicts = 0;
    for (;;) {
      const { path, ticks } = this.facts.get();
      if (!ticks || unsaved(ticks) === 0) {
        return;
      }
      const { kept, pending } = ticks;
      try {
        this.saved(pending, await this.api.keep(path, kept.content, kept.revision, pending));
      } catch (failure) {
        if (!this.isConflict(failure) || ++conflicts > 5) {
          this.notSaved(failure);
          return;
        }
        this.merge(failure.current);
      }
    }
  }

  private isConflict(failure: unknown): failure is Refused & { current: Sitting } {
    return failure instanceof Refused && failure.status === 409 && failure.current !== null;
  }

  private saved(sent: Readonly<Record<string, Answer | null>>, kept: Sitting): void {
    const { ticks } = this.facts.get();
    this.retry.worked();
    this.facts.set({ ticks: ticks && savedAs(ticks, sent, kept), ticksProblem: '' });
  }

  private merge(kept: Sitting): void {
    const { ticks } = this.facts.get();
    if (!ticks) {
      return;
    }
    const other = kept.content !== ticks.kept.content;
    this.facts.set({ ticks: newest(ticks, kept) });
    if (other) {
      this.outdated();
    }
  }

  private notSaved(failure: unknown): void {
    const { message, hint } = problemOf(failure);
    this.facts.set({ ticksProblem: hint ? `${message}: ${hint}` : message });
    if (failure instanceof Offline) {
      this.retry.failed();
    }
  }
}
