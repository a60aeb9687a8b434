import type { Instance } from './instance.ts';
import type { PlannedNode } from './plan.ts';
import { stepsOf } from './steps.ts';
import type { NodeSurvey } from './survey.ts';

/**
 * One builder per profile: only it gets the compiler, and what it builds runs on its own system alone.
 * A dea runs strangers' code, so it builds only when nobody else can.
 */
export function chooseBuilders(surveys: readonly NodeSurvey[], instances: readonly Instance[]): Record<string, string> {
  const hasDea = new Set(instances.filter(({ component }) => component === 'dea').map(({ address }) => address));
  const able = surveys.filter(({ failure }) => failure === undefined);
  const inOrder = [...able.filter(({ address }) => !hasDea.has(address)), ...able];
  const missing = new Map(able.flatMap(({ profile, missingBuilds }) => missingBuilds.map((id) => [id, profile])));
  return Object.fromEntries(
    [...missing].flatMap(([id, profile]) => {
      const builder = inOrder.find((survey) => survey.profile === profile);
      return builder === undefined ? [] : [[id, builder.address]];
    }),
  );
}

/** A builder compiles for the others even where it lacks nothing itself. */
export function withBuilds(node: PlannedNode, builds: Readonly<Record<string, string>>): PlannedNode {
  const isBuilder = Object.values(builds).includes(node.address);
  const steps = new Map(node.steps.map((step) => [step.name, step]));
  if (!isBuilder || steps.has('compilePackages')) return node;
  steps.set('compilePackages', { name: 'compilePackages', reasons: ['builds packages for other nodes'] });
  return { ...node, steps: stepsOf('prepare').flatMap((name) => steps.get(name) ?? []) };
}
