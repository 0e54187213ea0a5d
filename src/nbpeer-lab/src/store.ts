/** A value that can be watched: what React's useSyncExternalStore asks for, and no more. */
export class Store<T extends object> {
  private readonly watchers = new Set<() => void>();

  constructor(private value: T) {}

  get = (): T => this.value;

  set = (change: Partial<T>): void => {
    this.value = { ...this.value, ...change };
    this.watchers.forEach(watcher => watcher());
  };

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
    };
  };
}
