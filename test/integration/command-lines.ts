import { globSync, readFileSync } from 'node:fs';

const EVERY_MS = 200;

/** Collects every command line that any user of this machine could see; the nodes' processes are among them. */
export function watchCommandLines() {
  const seen = new Set<string>();
  const look = (): void => {
    for (const file of globSync('/proc/[0-9]*/cmdline')) {
      try {
        seen.add(readFileSync(file, 'utf8').replaceAll('\0', ' '));
      } catch {
        // It has ended.
      }
    }
  };
  const timer = setInterval(look, EVERY_MS);
  return {
    stop(): string {
      clearInterval(timer);
      return [...seen].join('\n');
    },
  };
}
