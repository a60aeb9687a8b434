/** The right to work, held by a working target and given back by a parked one: one of `maxInFlight` slots, or its node's. */
export interface Place {
  acquire(isFirst?: boolean): Promise<void>;
  release(): void;
}

/** That of a target at work in another workflow, which has places of its own. */
export const ELSEWHERE: Place = { acquire: () => Promise.resolve(), release: () => undefined };

/** Targets at work, and which of them have given their place back for now. */
export class Places {
  readonly #working = new Map<string, Place>();
  /** Parked ones, and those that wait for a place to go on. */
  readonly #placeless = new Set<string>();

  get targets(): string[] {
    return [...this.#working.keys()];
  }

  placeOf(target: string): Place | undefined {
    return this.#working.get(target);
  }

  /** It has given its place back for now. */
  isPlaceless(target: string): boolean {
    return this.#placeless.has(target);
  }

  /** Begins work in a place that was acquired. */
  begin(target: string, place: Place): void {
    this.#working.set(target, place);
  }

  /** Once: one that parks for another cause has given its place back already. */
  leave(target: string): void {
    if (!this.#placeless.has(target)) this.#working.get(target)?.release();
    this.#placeless.add(target);
  }

  /** After its place was acquired again; false for one that ended while it waited. */
  resume(target: string, place: Place): boolean {
    if (this.#working.get(target) === place) {
      this.#placeless.delete(target);
      return true;
    }
    place.release();
    return false;
  }

  end(target: string): void {
    if (!this.#placeless.delete(target)) this.#working.get(target)?.release();
    this.#working.delete(target);
  }
}
