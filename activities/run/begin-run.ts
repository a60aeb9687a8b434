import { Context } from '@temporalio/activity';
import { batchesOf } from '../../domain/batches.ts';
import { configMissing, type Configuration } from '../../domain/configuration.ts';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { instancesKnownBy } from '../../domain/instance.ts';
import { addressesToSee, leavingOf } from '../../domain/plan/leaving.ts';
import type { Operation } from '../../domain/plan/plan.ts';
import { clusterWorkflowId } from '../../domain/run/cluster-workflow.ts';
import { lastLine } from '../../domain/run/last-line.ts';
import type { Run } from '../../domain/run/run.ts';
import { countOf } from '../../domain/text/counts.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Store } from '../../store/store.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { refusal } from '../boundary/boundary.ts';
import { engineRelease } from '../wanted/release-to-deploy.ts';
import { askConfirmation } from './ask-confirmation.ts';
import { listOf, placesOf } from './plan-operation.ts';
import { refuseDamaged } from './refuse-damaged.ts';
import type { RunBook } from './run-book.ts';
import { serialToUse } from './serial-to-use.ts';

/** More than one cannot be open, unless stores were mixed up. */
const EARLIER = 20;

export interface BegunRun {
  readonly run: number;
  /** Of the execution that began it. With `run` it proves to every step that the run is open, also after a Reset. */
  readonly temporalRunId: string;
  readonly revision: number;
  /** sha256 of its tarball; undefined from an older engine. */
  readonly release?: string;
  readonly batches: readonly (readonly string[])[];
}

export interface Beginning {
  readonly cluster: string;
  readonly operation: Operation;
  /** Ids of those that are to be restarted or stopped. */
  readonly instances?: readonly string[];
  /** Hash of the plan that an operator has agreed to. */
  readonly confirm?: string;
  /** The run that ends as the new one begins. */
  readonly supersedes?: number;
}

type Beginnings = Pick<ActivityDependencies, 'cluster' | 'damagedFiles' | 'mirror' | 'release'> & {
  readonly store: Pick<Store, 'configurations' | 'installed' | 'nodes' | 'runs' | 'serials'>;
};

export function createBeginRun(deps: Beginnings, { say, flushed }: RunBook) {
  const { store } = deps;

  return {
    /** Gives the run its number; the same workflow run gets the same one. */
    async beginRun({ operation, instances = [], confirm, supersedes }: Beginning): Promise<BegunRun> {
      const { workflowId = '', runId: temporalRunId = '' } = Context.current().info.workflowExecution ?? {};
      refuseForeign(workflowId, clusterWorkflowId(deps.cluster));
      const newest = await store.configurations.newest();
      if (newest === undefined) throw configMissing();
      // A run that has begun goes on.
      const isNew = operation === 'deploy' && !(await isBegun(temporalRunId));
      const admitted = isNew ? await serialToUse(deps) : undefined;
      if (isNew) await refuseDamaged(deps);
      // What is installed can be restarted and stopped also where the release is lost.
      const release = admitted?.release ?? (operation === 'deploy' ? await engineRelease(deps) : undefined);
      const aim = release === undefined ? await lastAim() : undefined;
      if (operation !== 'deploy') await placesOf(store, instances);
      const { revision, release: sha256 } = aim ?? { revision: newest.number, release: release?.sha256 ?? '' };
      const asked = { revision: newest, release: sha256, confirm };
      const agreed = operation === 'deploy' ? await askConfirmation(store, asked) : undefined;
      const start = {
        operation,
        revision,
        release: sha256,
        workflowId,
        temporalRunId,
        ...(supersedes === undefined ? {} : { supersedes }),
        ...(admitted === undefined ? {} : { serial: admitted.serial }),
      };
      const run = await store.runs.begin(start).catch((error: unknown) => refuseUnlessBegun(temporalRunId, error));
      await closeEarlier(run);
      if (agreed !== undefined) await store.installed.agreeToRemoval(agreed, Date.now());
      // That of a try before this one, whose end was not heard, and which may be of a revision that is not the newest by now.
      const begun =
        run.revision === newest.number ? newest : ((await store.configurations.get(run.revision)) ?? newest);
      const addresses = operation === 'deploy' ? await addressesOfRun(begun.configuration) : [];
      say(
        run.number,
        release !== undefined
          ? phrase('deploy {run}: revision {revision}, {release} {version}, {nodes}', {
              run: run.number,
              revision: run.revision,
              release: release.name,
              version: release.version,
              nodes: countOf(addresses.length, 'node'),
            })
          : phrase('{operation} {run}: {instances}', { operation, run: run.number, instances: listOf(instances) }),
        'begin',
      );
      await flushed(run.number);
      return {
        run: run.number,
        temporalRunId,
        revision: run.revision,
        release: run.release,
        batches: batchesOf(addresses),
      };
    },

    /** Throws why a deploy that takes over from a parked one would be refused. */
    async checkDeploy({ confirm }: { readonly confirm?: string }): Promise<void> {
      const newest = await store.configurations.newest();
      if (newest === undefined) throw configMissing();
      const { release } = await serialToUse(deps);
      await refuseDamaged(deps);
      await askConfirmation(store, { revision: newest, release: release.sha256, confirm });
    },
  };

  /** The workflow's id is the lock: an earlier run that is open has lost it, by a Reset or a Terminate of which nobody has heard. */
  async function closeEarlier({ number }: Run): Promise<void> {
    const earlier = await store.runs.list({ before: number, limit: EARLIER });
    const reason = 'its workflow was terminated';
    for (const run of earlier.filter(({ outcome }) => outcome === undefined))
      await store.runs.finish(run.number, 'terminated', reason, lastLine(run, 'terminated', reason));
  }

  /** What the cluster consists of now: what the newest run works or worked towards. */
  async function lastAim(): Promise<Pick<Run, 'revision' | 'release'> | undefined> {
    return (await store.runs.list({ limit: 1 }))[0];
  }

  async function addressesOfRun(configuration: Configuration): Promise<string[]> {
    const wanted = instancesKnownBy(await store.nodes.numbers(), configuration.components);
    const leaving = leavingOf(await store.installed.all(), wanted);
    return addressesToSee(configuration, { leaving, claimed: await store.nodes.claimed() });
  }

  /** A store that cannot be written refuses a run before it has begun; one that has begun waits for it. */
  async function refuseUnlessBegun(temporalRunId: string, error: unknown): Promise<never> {
    if (!isEngineError(error, 'StoreUnwritable')) throw error;
    throw (await isBegun(temporalRunId)) ? error : refusal(error);
  }

  async function isBegun(temporalRunId: string): Promise<boolean> {
    const newest = await store.runs.list({ limit: 1 });
    return newest.some((run) => run.temporalRunId === temporalRunId);
  }
}

/** The workflow id is the lock: under another one a second deploy would run beside the first. */
function refuseForeign(workflowId: string, expected: string): void {
  if (workflowId === expected) return;
  throw new DeploymentEngineError(
    'InvalidRequest',
    phrase(
      'A deploy of this engine runs as workflow {expected}, not as {workflow}: start it under that id, or by GET /deployment-engine/deploy.',
      { expected, workflow: workflowId },
    ),
  );
}
