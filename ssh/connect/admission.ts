/** A node's answer to an account's login. */
export type Admission<T> =
  | { readonly verdict: 'admitted'; readonly value: T }
  /** Another password may work. `at`: when the last one was refused, if not now. */
  | { readonly verdict: 'wrong password'; readonly said: string; readonly at?: number }
  /** No password would work: no rights, no shell, an expired account. */
  | { readonly verdict: 'refused'; readonly said: string };

export const admitted = <T>(value: T): Admission<T> => ({ verdict: 'admitted', value });
