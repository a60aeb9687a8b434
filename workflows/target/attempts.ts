import { CancellationScope, CancelledFailure, condition } from '@temporalio/workflow';

/** The attempt that is at work. A decision cancels it; a stop calls it off, after which its step stays parked as it was. */
export class Attempts {
  #scope: CancellationScope | undefined;
  #isCalledOff = false;

  get isAtWork(): boolean {
    return this.#scope !== undefined;
  }

  /** `isHeld`: none may begin, which counts as called off. */
  async run<Result>(attempt: () => Promise<Result>, isHeld: boolean): Promise<Result> {
    if (isHeld) return this.#calledOff();
    this.#scope = new CancellationScope();
    try {
      const result = await this.#scope.run(attempt);
      // It had ended before it heard of the stop: what follows it would start what is stopped.
      return this.#isCalledOff ? this.#calledOff() : result;
    } finally {
      this.#scope = undefined;
    }
  }

  cancel(): void {
    this.#scope?.cancel();
  }

  /** Ends when nothing is at work any more. */
  async callOff(): Promise<void> {
    this.#isCalledOff ||= this.isAtWork;
    this.cancel();
    await condition(() => !this.isAtWork);
  }

  /** Whether the attempt that has just ended was called off. */
  wasCalledOff(): boolean {
    const was = this.#isCalledOff;
    this.#isCalledOff = false;
    return was;
  }

  #calledOff(): never {
    this.#isCalledOff = true;
    throw new CancelledFailure('an operator has stopped it');
  }
}
