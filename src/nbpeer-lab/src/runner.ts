import type { RunState } from './answers';
import type { Api } from './api';
import { Offline } from './errors';
import type { Facts } from './facts';
import { pause } from './retry';
import type { Store } from './store';

const WAIT = 20;

/** Follows one run to its end, through a server that does not answer for a while. */
export class Runner {
  private stopped = false;

  constructor(
    private readonly api: Api,
    private readonly facts: Store<Facts>,
    private readonly ended: (run: RunState) => void
  ) {}

  stop(): void {
    this.stopped = true;
  }

  /** Begin a run. Once it has begun, answers how to wait for its end. */
  async start(parameters: Record<string, string>, fresh: boolean): Promise<{ ended: Promise<void> }> {
    const begun = await this.api.run(this.facts.get().path, parameters, fresh);
    return { ended: this.follow(begun) };
  }

  /** Take up a run that began before this page was loaded. */
  async resume(): Promise<void> {
    const { path } = this.facts.get();
    const { runs } = await this.api.runs(path);
    const going = runs.find(run => run.path === path && !run.ended);
    if (going && !this.facts.get().run) {
      await this.follow(going);
    }
  }

  async cancel(): Promise<void> {
    const { run } = this.facts.get();
    if (run && !run.ended) {
      this.facts.set({ run: { ...run, cancelled: true } });
      await this.api.cancel(run.id);
    }
  }

  private async follow(begun: RunState): Promise<void> {
    let run = begun;
    let failures = 0;
    this.facts.set({ run, runOffline: false });
    while (!run.ended && !this.stopped) {
      try {
        run = added(run, await this.api.runState(run.id, run.next, WAIT));
        failures = 0;
        this.facts.set({ run, runOffline: false });
      } catch (failure) {
        if (!(failure instanceof Offline)) {
          this.facts.set({ run: null, runOffline: false });
          throw failure;
        }
        this.facts.set({ runOffline: true });
        const seconds = pause(failures++);
        await new Promise(resolve => window.setTimeout(resolve, seconds * 1000));
      }
    }
    if (!this.stopped) {
      this.ended(run);
    }
  }
}

/** A later state carries only the newer events. */
export const added = (before: RunState, now: RunState): RunState => ({
  ...now,
  cancelled: now.cancelled || before.cancelled,
  events: [...before.events, ...now.events]
});

/** How far a run is, from 0 to 1. */
export const share = (run: RunState): number => (run.cells > 0 ? Math.min(1, run.cell / run.cells) : 0);
