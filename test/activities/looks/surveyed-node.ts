import { type StepName, stepsOf } from '../../../domain/steps.ts';
import type { ReadResult } from '../../../ssh/node-session.ts';

type Answer = Partial<Pick<ReadResult, 'exitCode' | 'stdout'>>;

export type Answers = Partial<Record<StepName, Answer>>;

const END = '@@deployment-engine-check-end';

/** What a survey asks of a node with so many instances, in its order. */
export const askedOf = ({ instances, leaving = 0 }: { readonly instances: number; readonly leaving?: number }) => [
  ...(instances === 0 ? (['connect'] as const) : stepsOf('prepare')),
  ...Array.from({ length: instances }, () => stepsOf('update').filter((name) => name !== 'quiesce')).flat(),
  ...Array.from({ length: leaving }, () => 'removeInstance' as const),
  ...(instances === 0 ? [] : (['sweep'] as const)),
];

/** Answers the joined checks of a survey; a step that is not named finds nothing. */
export function answerSurvey(text: string, asked: readonly StepName[], answers: Answers): string {
  const checks = text.split(new RegExp(`${END} \\d+`)).slice(0, -1);
  if (checks.length !== asked.length) throw new Error(`${checks.length} checks, not ${asked.join(', ')}`);
  return checks
    .map((check, index) => {
      const { exitCode = 1, stdout = partsOf(check) } = answers[asked[index] as StepName] ?? {};
      return `${stdout}\n${END} ${index} ${exitCode}\n`;
    })
    .join('');
}

/** Of a step that is several: each of its parts finds nothing. */
const partsOf = (check: string): string =>
  [...check.matchAll(new RegExp(`${END}-of-part (\\d+)`, 'g'))].map(([mark]) => `\n${mark} 1\n`).join('');
