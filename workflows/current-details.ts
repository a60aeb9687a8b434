import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import type { ParkedStep } from './messages.ts';

const press = (): string =>
  inOwnLanguage(
    phrase(
      'To go on: **More Actions** → **Send an Update** → `resolve` → `{action}` (or `"skip"`, `"abort"`). No input retries.',
      { action: '{"action":"retry"}' },
    ),
  );

/** Current details of a cluster: lists, because the Web UI draws tables badly. */
export function clusterDetails(headline: Text, parked: readonly ParkedStep[], working: readonly string[]): string {
  if (parked.length === 0) return inOwnLanguage(headline);
  const counts = { parked: parked.length, working: working.length };
  return [
    inOwnLanguage(phrase('**{parked} parked**, {working} working. {headline}', { ...counts, headline })),
    '',
    ...parked.slice(0, 50).map(parkedLine),
    '',
    press(),
    inOwnLanguage(phrase('For one of them add `{targets}`.', { targets: `"targets":["${parked[0]?.target}"]` })),
  ].join('\n');
}

/** Current details of a child that waits for an operator. */
export const parkedDetails = (step: ParkedStep): string => [parkedLine(step), '', press()].join('\n');

const parkedLine = ({ target, step, round, code, message }: ParkedStep): string =>
  inOwnLanguage(
    phrase('- **{target}** is parked at `{step}` (round {round}): `{code}` {why}', {
      target,
      step,
      round,
      code,
      why: inOwnLanguage(message).replaceAll('\n', '  \n  '),
    }),
  );
