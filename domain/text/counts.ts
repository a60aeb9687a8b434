import { phrase, type Text } from './text.ts';

const NOUNS = {
  node: ['1 node', '{count} nodes'],
  instance: ['1 instance', '{count} instances'],
  step: ['1 step', '{count} steps'],
  file: ['1 file', '{count} files'],
  package: ['1 package', '{count} packages'],
  release: ['1 release', '{count} releases'],
  job: ['1 job', '{count} jobs'],
} as const;

/** `1 node`, `2 nodes`. */
export function countOf(count: number, noun: keyof typeof NOUNS): Text {
  const [one, several] = NOUNS[noun];
  return count === 1 ? one : phrase(several, { count });
}
