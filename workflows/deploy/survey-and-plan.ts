import { type RootPlan, unpackPlan } from '../../domain/plan/root-plan.ts';
import { countOf } from '../../domain/text/counts.ts';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import { phrase } from '../../domain/text/text.ts';
import { isPatched } from '../patches.ts';
import { engine, looks } from '../proxies.ts';
import type { ClusterState } from './cluster-state.ts';
import { lookingAt } from './headlines.ts';

/** Looks at every node, a batch at a time in one activity each, and has decided what the run does. */
export async function surveyAndPlan(
  state: ClusterState,
  run: number,
  batches: readonly (readonly string[])[],
): Promise<RootPlan> {
  state.enter('surveying', lookingAt(run, batches.flat().length));
  await Promise.all(
    batches.map((addresses, index) =>
      looks.survey.executeWithOptions(
        {
          summary: inOwnLanguage(phrase('Look at {nodes}', { nodes: countOf(addresses.length, 'node') })),
          activityId: `survey#${index + 1}`,
        },
        [{ run, addresses }],
      ),
    ),
  );
  const packs = isPatched('a plan says once what many wait for');
  const plan = await engine.makePlan.executeWithOptions({ summary: inOwnLanguage('Decide what to change, and why') }, [
    { run, ...(packs ? { packs } : {}) },
  ]);
  return unpackPlan(plan);
}
