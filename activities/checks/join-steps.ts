import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import type { Refusal } from '../../domain/plan/plan.ts';
import type { Change, Step } from '../../domain/step.ts';
import { inLines } from '../../domain/text/joined.ts';
import { inEnglish, phrase, type Text } from '../../domain/text/text.ts';
import { joinChecks, onceOf, splitChecks, togetherOf } from './probe.ts';

// Distinct from the marks of a survey, which joins joined checks once more.
const MARK = '-of-part';

/**
 * Joins several steps to one: one look at the node, and each change with the title of its part in front. If parts cannot be
 * done, throws what all of them say, with the code of the first.
 */
export const joinSteps = (title: Text, parts: readonly Step<unknown>[]): Step<readonly unknown[]> => ({
  title,

  check: {
    run: joinChecks(
      parts.map(({ check }) => check.run),
      MARK,
    ),
    ...onceOf(parts.map(({ check }) => check)),
    together: togetherOf(parts.map(({ check }) => check)),
    parse: ({ stdout }) => {
      const results = splitChecks(inEnglish(title), stdout, parts, MARK);
      return parts.map(({ check }, index) => check.parse(results[index] ?? { exitCode: 1, stdout: '' }));
    },
  },

  changes: (facts) => {
    const outcomes = parts.map((part, index) => changesOrError(part, facts[index]));
    const errors = outcomes.filter((outcome) => outcome instanceof DeploymentEngineError);
    if (errors.length > 0) throw together(errors);
    return outcomes.flatMap((outcome) => outcome as readonly Change[]);
  },
});

function changesOrError({ title, changes }: Step<unknown>, facts: unknown): readonly Change[] | DeploymentEngineError {
  try {
    return changes(facts).map(({ reason, act }) => ({
      reason: phrase('{place}: {what}', { place: title, what: reason }),
      act,
    }));
  } catch (error) {
    if (!isEngineError(error)) throw error;
    return error;
  }
}

function together([first, ...others]: readonly DeploymentEngineError[]): DeploymentEngineError {
  if (first === undefined) throw new TypeError('There is no error');
  if (others.length === 0) return first;
  return new DeploymentEngineError(first.code, inLines([first, ...others].map(({ text }) => text)), {
    details: { ...first.details, refusals: [first, ...others].map(({ code, text }) => ({ code, message: text })) },
  });
}

/** What the parts of a joined step have said, or the one step. */
export const refusalsOf = ({ code, text, details }: DeploymentEngineError): readonly Refusal[] =>
  (details['refusals'] as readonly Refusal[] | undefined) ?? [
    { code, message: text, ...(Object.keys(details).length === 0 ? {} : { details }) },
  ];
