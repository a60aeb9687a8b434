import { Slots } from '../workflow-slots.ts';

/** The turns in which running instances of a component change, one at a time. */
export class Rolls {
  readonly #turns = new Map<string, Slots>();
  /** Components of which one has failed: no other one is changed. */
  readonly broken = new Set<string>();

  of(component: string): Slots {
    const turns = this.#turns.get(component) ?? new Slots(1);
    this.#turns.set(component, turns);
    return turns;
  }
}
