import { createStepActivity } from '../../activities/attempt/step-activity.ts';
import { createActivities } from '../../activities/index.ts';
import type { Plan } from '../../domain/plan/plan.ts';
import { STEPS } from '../../domain/steps.ts';
import type { Store } from '../../store/store.ts';
import { attemptDependencies, toStep } from '../activities/attempt/step-attempt.ts';
import { dependencies } from '../activities/workplace.ts';
import type { LocalNode } from '../support/local-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { clusterRun } from './cluster-run.ts';
import { fakeEngine } from './fake-engine.ts';
import type { WorkflowTemporal } from './workflow-temporal.ts';

interface OneStep {
  readonly name: string;
  readonly store: Store;
  readonly node: LocalNode;
  /** A file for which the command waits. */
  readonly gate: string;
  /** Called when that is over. */
  readonly after?: (moment: 'survey' | 'verifyCluster') => void;
}

/** A cluster of one node with one step, whose activities, store and runner are the real ones. */
export function oneStepCluster(temporal: WorkflowTemporal, { name, store, node, gate, after = () => {} }: OneStep) {
  const given = attemptDependencies(store, node.session, temporaryFolder());
  const release = { sha256: 'aa'.repeat(32), name: 'cf-lite', version: '1' };
  const mirror = { ...given.mirror, release: async () => release } as unknown as typeof given.mirror;
  const deps = { ...dependencies(store), ...given, cluster: name, mirror };
  const command = `echo working; while [ ! -e ${gate} ]; do sleep 0.05; done; echo done; touch ${gate}.done`;
  const step = createStepActivity(deps, () => toStep({ check: `[ -e ${gate}.done ]`, command }));
  const nodes = [{ address: 'local', profile: 'debian-12', steps: [{ name: 'buildRuby', reasons: ['not done yet'] }] }];
  const activities = {
    ...fakeEngine({ run: 1, nodes: [], instances: [] }).activities,
    ...createActivities(deps),
    ...Object.fromEntries(Object.keys(STEPS).map((each) => [each, step])),
    survey: async ({ run }: { run: number }) => {
      const { limits } = deps;
      await store.runs.savePlan({ run, revision: 1, release: '', nodes, instances: [], builds: {}, limits } as Plan);
      after('survey');
    },
    verifyCluster: async () => {
      after('verifyCluster');
      return { problems: [] };
    },
  };
  return { ...clusterRun(temporal, name), activities };
}
