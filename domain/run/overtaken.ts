/**
 * Thrown in an attempt of a step when a later one has begun or the step has ended, as after its worker stood still: it has no say
 * any more. No failure: Temporal does not listen to an attempt that it gave up, and makes another if it was the wrong one.
 */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';

  constructor({ step, target }: { readonly step: string; readonly target: string }) {
    super(`${step} on ${target} has ended, or a later attempt has begun`);
  }
}
