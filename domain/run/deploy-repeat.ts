/** What became of a deploy request that met a run which had begun before. */
export interface DeployRepeat {
  /** `retrying`: what is parked tries again because of it; `parked`: it came too early for that. */
  readonly state: 'working' | 'retrying' | 'parked';
  /** What is parked, or was until now: addresses and instance ids. */
  readonly parked: readonly string[];
  /** For `parked`: milliseconds until a repeat has what is parked try again. Default: none does any more. */
  readonly retryInMs?: number;
}

/** `dueInMs`: when a repeat has what is parked try again; undefined = none does any more. */
export function repeatOf(targets: readonly { readonly target: string }[], dueInMs?: number): DeployRepeat {
  const parked = targets.map(({ target }) => target);
  if (parked.length === 0) return { state: 'working', parked };
  if (dueInMs === undefined) return { state: 'parked', parked };
  return dueInMs > 0 ? { state: 'parked', parked, retryInMs: dueInMs } : { state: 'retrying', parked };
}
