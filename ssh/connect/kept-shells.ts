import type { RootShell } from './root-shell.ts';

/** Shells of root's on one connection that wait for the next program. */
export interface KeptShells {
  /** The one that was used last. */
  take(): RootShell | undefined;
  /** Closes it unless it may wait. */
  keep(shell: RootShell): void;
  /** Also those that are at work, as soon as they are not. */
  close(): void;
}

/** Accounts and passwords may have changed since it was let in, in milliseconds. */
const OLDEST_MS = 600_000;

/** @param idleMs How long one waits. `mayWait`: asked before it does. */
export function createKeptShells(idleMs: number, mayWait: () => boolean): KeptShells {
  const waiting = new Map<RootShell, NodeJS.Timeout>();
  let closedAt = 0;
  return {
    take() {
      const [shell, timer] = [...waiting].at(-1) ?? [];
      if (shell === undefined) return undefined;
      clearTimeout(timer);
      waiting.delete(shell);
      return shell;
    },
    keep(shell) {
      if (!mayWait() || shell.since <= closedAt || Date.now() - shell.since > OLDEST_MS) return shell.close();
      const leave = (): void => {
        clearTimeout(waiting.get(shell));
        waiting.delete(shell);
      };
      const timer = setTimeout(() => {
        leave();
        shell.close();
      }, idleMs);
      waiting.set(shell, timer);
      void shell.ended.then(leave);
    },
    close() {
      closedAt = Date.now();
      for (const [shell, timer] of waiting) {
        clearTimeout(timer);
        shell.close();
      }
      waiting.clear();
    },
  };
}
