import type { RootShell } from './root-shell.ts';

/** Root's shells on one connection that wait for the next program. */
export interface KeptShells {
  /** The most recently used one. */
  take(): RootShell | undefined;
  /** Keeps it if it may wait, else closes it. */
  keep(shell: RootShell): void;
  /** How many wait. */
  waiting(): number;
  /** Shells at work too, as soon as they are done. */
  close(): void;
}

/** In milliseconds. */
export interface ShellWaits {
  readonly ofOne: number;
  /** Of each that waits beside another. */
  readonly ofMore: number;
}

/** Oldest age in milliseconds: accounts and passwords may have changed since it logged in. */
const OLDEST_MS = 600_000;

/** @param waits How long shells wait. `mayWait`: asked before. */
export function createKeptShells({ ofOne, ofMore }: ShellWaits, mayWait: () => boolean): KeptShells {
  const waiting = new Map<RootShell, NodeJS.Timeout>();
  /** Those whose end will be heard. */
  const known = new WeakSet<RootShell>();
  let closedAt = 0;
  const leave = (shell: RootShell): void => {
    clearTimeout(waiting.get(shell));
    waiting.delete(shell);
  };
  return {
    take() {
      const [shell, timer] = [...waiting].at(-1) ?? [];
      if (shell === undefined) return undefined;
      clearTimeout(timer);
      waiting.delete(shell);
      return shell;
    },
    keep(shell) {
      const mayStayMs = shell.since + OLDEST_MS - Date.now();
      if (!mayWait() || shell.since <= closedAt || mayStayMs <= 0) return shell.close();
      const timer = setTimeout(
        () => {
          leave(shell);
          shell.close();
        },
        Math.min(waiting.size === 0 ? ofOne : ofMore, mayStayMs),
      );
      waiting.set(shell, timer);
      if (!known.has(shell)) void shell.ended.then(() => leave(shell));
      known.add(shell);
    },
    waiting: () => waiting.size,
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
