import type { Ending } from '../connect/remote-process.ts';
import { timedOut } from '../node-errors.ts';

export interface Patience {
  /** Names the command in messages and in the node's process list. */
  readonly title: string;
  /** Milliseconds; then the program is closed with `CommandTimedOut`. Default: none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** It stays, reads questions, and keeps nobody else from the node; default false. */
  readonly isLasting?: boolean;
}

export const isLost = ({ exitCode, signal }: Ending): boolean => exitCode === undefined && signal === undefined;

/** Calls back, then rejects, when the time is over or the caller aborts. */
export function breakOffWhen(
  address: string,
  { title, timeoutMs, signal }: Patience,
  over: Promise<unknown>,
  tell: (reason: Error) => void,
): Promise<never> {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => {});
  const breakOff = (reason: Error): void => {
    broken.reject(reason);
    tell(reason);
  };
  const onAbort = (): void => breakOff(signal?.reason as Error);
  const onTime = (): void => breakOff(timedOut(address, title, timeoutMs ?? 0));
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTime, timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  if (signal?.aborted === true) onAbort();
  void over.finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  });
  return broken.promise;
}
