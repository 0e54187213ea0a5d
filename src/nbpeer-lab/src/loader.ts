import type { Api, Source } from './api';
import { Offline, problemOf } from './errors';
import type { Answered, Facts, Part } from './facts';
import { Retry } from './retry';
import type { Store } from './store';
import { newest, ticksOf } from './ticks';

/** Milliseconds for which the gate is asked for alone: of a huge notebook everything takes long, and is asked at once. */
const HEAD_START = 1000;

const pause = (time: number): Promise<void> => new Promise(resolve => setTimeout(resolve, time));

/** Where the loader finds what it asks about. */
export interface Asked {
  source(): Source;
  base(): string;
  sha256(): string | undefined;
}

/** Keeps the wanted parts of the facts fresh. A later question makes an earlier answer void. */
export class Loader {
  private readonly asked: Partial<Record<Part, number>> = {};
  private readonly stale = new Set<Part>();
  private count = 0;
  private first: Promise<void> = Promise.resolve();
  private stopped = false;
  private readonly retry = new Retry(() => void this.refresh([...this.stale]));

  constructor(
    private readonly api: Api,
    private readonly facts: Store<Facts>,
    private readonly about: Asked,
    private readonly wanted: () => ReadonlySet<Part>
  ) {}

  stop(): void {
    this.stopped = true;
    this.retry.stop();
  }

  /** Say that parts are out of date; those that somebody looks at are asked for now. */
  async refresh(parts: readonly Part[]): Promise<void> {
    parts.forEach(part => this.stale.add(part));
    await this.load();
  }

  /** Ask for the wanted parts that are out of date or were never asked for: the gate first, since it comes first. */
  async load(): Promise<void> {
    if (this.due().includes('overview')) {
      this.first = this.loadOne('overview');
    }
    await Promise.race([this.first, pause(HEAD_START)]);
    const rest = this.due().filter(part => part !== 'overview');
    await Promise.all(rest.map(part => this.loadOne(part)));
  }

  private due(): Part[] {
    const { answered, loading } = this.facts.get();
    return [...this.wanted()].filter(part => this.stale.has(part) || (!answered[part] && !loading.has(part)));
  }

  private async loadOne(part: Part): Promise<void> {
    const number = ++this.count;
    this.asked[part] = number;
    this.stale.delete(part);
    this.loading(part, true);
    try {
      const answer = await this.ask(part);
      if (this.isLatest(part, number)) {
        this.keep(part, answer);
      }
    } catch (failure) {
      if (this.isLatest(part, number)) {
        this.failed(part, failure);
      }
    } finally {
      if (this.isLatest(part, number)) {
        this.loading(part, false);
      }
    }
  }

  private isLatest = (part: Part, number: number): boolean => !this.stopped && this.asked[part] === number;

  private ask(part: Part): Promise<Answered[Part]> {
    const { path, since } = this.facts.get();
    const base = this.about.base();
    switch (part) {
      case 'overview':
        return this.api.overview(path, base, this.about.sha256());
      case 'checks':
        return this.api.check(this.about.source());
      case 'changes':
        return this.api.changes(path, base, since);
      case 'results':
        return this.api.results(path, base);
      case 'review':
        return this.api.review(path, base);
      case 'signoffs':
        return this.api.signOffs(path, base);
    }
  }

  private keep(part: Part, answer: Answered[Part]): void {
    const facts = this.facts.get();
    this.retry.worked();
    const change: Partial<Facts> = {
      offline: false,
      answered: { ...facts.answered, [part]: answer },
      problems: { ...facts.problems, [part]: undefined }
    };
    if (part === 'review') {
      const { sitting } = answer as Answered['review'];
      change.ticks = facts.ticks ? newest(facts.ticks, sitting) : ticksOf(sitting);
    }
    this.facts.set(change);
    if (this.stale.size) {
      void this.load();
    }
  }

  private failed(part: Part, failure: unknown): void {
    const facts = this.facts.get();
    if (failure instanceof Offline) {
      this.stale.add(part);
      this.retry.failed();
      this.facts.set({ offline: true });
    } else {
      this.facts.set({
        problems: { ...facts.problems, [part]: problemOf(failure) },
        answered: { ...facts.answered, [part]: undefined }
      });
    }
  }

  private loading(part: Part, on: boolean): void {
    const loading = new Set(this.facts.get().loading);
    if (on) {
      loading.add(part);
    } else {
      loading.delete(part);
    }
    this.facts.set({ loading });
  }
}
