import { inEnglish } from '../domain/text/text.ts';
import type { ParkedStep } from './messages.ts';

const PRESS =
  'To go on: **More Actions** → **Send an Update** → `resolve` → `{"action":"retry"}` (or `"skip"`, `"abort"`). No input retries.';

/** Current details of a cluster: lists, because the Web UI draws tables badly. */
export function clusterDetails(headline: string, parked: readonly ParkedStep[], working: readonly string[]): string {
  if (parked.length === 0) return headline;
  return [
    `**${parked.length} parked**, ${working.length} working. ${headline}`,
    '',
    ...parked.slice(0, 50).map(parkedLine),
    '',
    PRESS,
    `For one of them add \`"targets":["${parked[0]?.target}"]\`.`,
  ].join('\n');
}

/** Current details of a child that waits for an operator. */
export const parkedDetails = (step: ParkedStep): string => [parkedLine(step), '', PRESS].join('\n');

const parkedLine = ({ target, step, round, code, message }: ParkedStep): string =>
  `- **${target}** is parked at \`${step}\` (round ${round}): \`${code}\` ${inEnglish(message).replaceAll('\n', '  \n  ')}`;
