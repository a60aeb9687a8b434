import { condition } from '@temporalio/workflow';

/** So many holders at a time; the others wait in the order they came. */
export class Slots {
  readonly #size: number;
  #held = 0;

  constructor(size: number) {
    this.#size = size;
  }

  async acquire(): Promise<void> {
    await condition(() => this.#held < this.#size);
    this.#held += 1;
  }

  release(): void {
    this.#held -= 1;
  }
}
