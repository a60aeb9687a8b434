/**
 * So many holders at a time; the others wait in the order they came. Of our own, since each `await` of it counts at a
 * replay, and since a place is given back and taken again by signals.
 */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  /** Before the others. */
  readonly #first: (() => void)[] = [];
  #free: number;

  constructor(size: number) {
    this.#free = size;
  }

  /** @param isFirst Before all that wait and are not. Default: after all. */
  acquire(isFirst = false): Promise<void> {
    const queue = isFirst ? this.#first : this.#waiting;
    if (this.#free === 0) return new Promise((granted) => queue.push(granted));
    this.#free -= 1;
    return Promise.resolve();
  }

  /** Handed straight to the next in line, so that nobody slips in between. */
  release(): void {
    const grant = this.#first.shift() ?? this.#waiting.shift();
    if (grant === undefined) this.#free += 1;
    // A moment later, as when `acquire` itself waited: histories know that order.
    else void Promise.resolve().then(grant);
  }
}
