import { isOutOfReach } from '../../domain/plan/leaving.ts';
import type { Refusal } from '../../domain/plan/plan.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import { firstJoined } from '../../domain/text/joined.ts';
import { phrase } from '../../domain/text/text.ts';

const MOST_NAMED = 20;

/**
 * Why whoever asks for a deploy is better told at once than left to a run that parks: nodes of another engine or with instances
 * of one, or no node that answers. undefined = neither. Single nodes that do not answer stop no deploy; nor do nodes that are
 * left, which may be silent for ever, or another engine's by now.
 */
export function surveyRefusal(surveys: readonly NodeSurvey[]): Refusal | undefined {
  const wanted = surveys.filter(({ instances }) => instances.length > 0);
  return refusedBy('DuplicateController', wanted) ?? refusedBy('UnknownInstances', wanted) ?? nobodyAnswers(wanted);
}

function refusedBy(
  refusal: 'DuplicateController' | 'UnknownInstances',
  surveys: readonly NodeSurvey[],
): Refusal | undefined {
  const claimed = surveys.flatMap(({ address, steps }) =>
    steps
      .flatMap(({ refusals = [] }) => refusals)
      .filter(({ code }) => code === refusal)
      .map(({ message, details = {} }) => ({ address, message, details })),
  );
  const [first] = claimed;
  if (first === undefined) return undefined;
  return {
    code: refusal,
    message: firstJoined(
      claimed.map(({ address, message }) => phrase('{place}: {what}', { place: address, what: message })),
      MOST_NAMED,
    ),
    details: { nodes: claimed.slice(0, MOST_NAMED).map(({ address, details }) => ({ address, ...details })) },
  };
}

function nobodyAnswers(surveys: readonly NodeSurvey[]): Refusal | undefined {
  const silent = surveys.flatMap(({ address, failure }) =>
    failure !== undefined && isOutOfReach(failure.code) ? [{ address, reason: failure.message }] : [],
  );
  if (silent.length === 0 || silent.length < surveys.length) return undefined;
  return {
    code: 'NetworkDown',
    message: phrase('Please ensure the network is enable! No node answers: {why}', {
      why: firstJoined(
        silent.map(({ reason }) => reason),
        MOST_NAMED,
      ),
    }),
    details: { nodes: silent.slice(0, MOST_NAMED) },
  };
}
