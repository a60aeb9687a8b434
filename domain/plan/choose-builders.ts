import type { Instance } from '../instance.ts';
import { stepsOf } from '../steps.ts';
import type { BuilderOrder, PlannedNode } from './plan.ts';
import type { NodeSurvey } from './survey.ts';

/** How many builders are named in order; after them, any node that gets there first. */
const MOST = 3;

/**
 * One builder per profile at a time: only it gets the compiler, and what it builds runs on its own system alone. A node that
 * would park builds nothing. A dea runs strangers' code, so it builds only when nobody else can.
 */
export function orderBuilders(surveys: readonly NodeSurvey[], instances: readonly Instance[]): BuilderOrder {
  const hasDea = new Set(instances.filter(({ component }) => component === 'dea').map(({ address }) => address));
  const readable = surveys.filter(({ failure }) => failure === undefined);
  const able = readable.filter(({ steps }) => steps.every(({ refusals = [] }) => refusals.length === 0));
  const inOrder = [...able.filter(({ address }) => !hasDea.has(address)), ...able, ...readable];
  const profiles = new Set(readable.flatMap(({ profile, missingBuilds }) => (missingBuilds.length > 0 ? profile : [])));
  return Object.fromEntries(
    [...profiles].flatMap((profile) => {
      if (profile === undefined) return [];
      const [first, ...others] = inOrder.filter((survey) => survey.profile === profile);
      // Only one that lacks something comes to the step at which it would take over.
      const order = [first, ...others.filter(({ missingBuilds }) => missingBuilds.length > 0)];
      return [[profile, [...new Set(order.flatMap((survey) => survey?.address ?? []))].slice(0, MOST)]];
    }),
  );
}

/** Builder of each artefact that is not built yet. */
export const assignBuilds = (surveys: readonly NodeSurvey[], order: BuilderOrder): Record<string, string> =>
  Object.fromEntries(
    surveys.flatMap(({ profile, missingBuilds }) => {
      const [builder] = order[profile ?? ''] ?? [];
      return builder === undefined ? [] : missingBuilds.map((id) => [id, builder]);
    }),
  );

/** A builder compiles for the others even where it lacks nothing itself. */
export function withBuilds(node: PlannedNode, builds: Readonly<Record<string, string>>): PlannedNode {
  const isBuilder = Object.values(builds).includes(node.address);
  const steps = new Map(node.steps.map((step) => [step.name, step]));
  if (!isBuilder || steps.has('compilePackages')) return node;
  steps.set('compilePackages', { name: 'compilePackages', reasons: ['builds packages for other nodes'] });
  return { ...node, steps: stepsOf('prepare').flatMap((name) => steps.get(name) ?? []) };
}
