/** Seconds until the server is asked again: soon at first, never more than half a minute. */
export const pause = (attempt: number): number => Math.min(30, 2 ** Math.min(attempt, 10));

/** One timer that asks again, later and later, until somebody says that it worked. */
export class Retry {
  private timer: number | undefined;
  private attempts = 0;

  constructor(private readonly again: () => void) {}

  failed(): void {
    if (this.timer === undefined) {
      this.timer = window.setTimeout(
        () => {
          this.timer = undefined;
          this.again();
        },
        pause(this.attempts++) * 1000
      );
    }
  }

  worked(): void {
    this.attempts = 0;
    this.stop();
  }

  stop(): void {
    window.clearTimeout(this.timer);
    this.timer = undefined;
  }
}
