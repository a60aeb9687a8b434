/** Ends that are told from outside, by target; the first word about each counts. */
export function toldEnds<End>(targets: Iterable<string>) {
  const open = new Map<string, (end: End) => void>();
  const all = new Map<string, Promise<End>>();
  for (const target of targets) all.set(target, new Promise((resolve) => open.set(target, resolve)));
  return {
    all,
    isOpen: (target: string): boolean => open.has(target),
    end(target: string, end: End): void {
      open.get(target)?.(end);
      open.delete(target);
    },
  };
}
