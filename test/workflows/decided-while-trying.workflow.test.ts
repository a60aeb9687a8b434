import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inEnglish, phrase } from '../../domain/text/text.ts';
import { until } from '../support/until.ts';
import { clusterRun, workUntilCancelled } from './cluster-run.ts';
import { failure, fakeEngine } from './fake-engine.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

const NODE = '10.0.0.1';
const SILENT = phrase('{address} cannot be reached by SSH ({why}); is it up?', { address: NODE, why: 'EHOSTUNREACH' });

/** A node whose step has parked once and is tried again by itself, which lasts until `end` settles or it is cancelled. */
function selfRetrying(name: string, { failing, end }: { failing: string; end?: Promise<void> }) {
  let tries = 0;
  const engine = fakeEngine({
    run: 1,
    nodes: [NODE],
    instances: [],
    limits: { selfRetry: 100, selfRetryMax: 100 },
    step: async ({ step }) => {
      if (step !== failing) return;
      if (++tries > 1) await (end === undefined ? workUntilCancelled() : Promise.race([end, workUntilCancelled()]));
      throw failure('NodeUnreachable', SILENT, true);
    },
  });
  const run = clusterRun(temporal, name);
  return {
    ...run,
    engine,
    async untilTrying(): Promise<void> {
      await run.start();
      await until(() => tries === 2, 'it is tried again');
      await run.untilParked([NODE]);
    },
    repeatDeploy: () => run.handle.executeUpdate('deploy', { args: [{ revision: 3 }] }),
  };
}

describe('a decision about what is being tried again by itself', () => {
  it('abort ends the attempt, however long that would go on', async () => {
    const run = selfRetrying('given-up', { failing: 'connect' });
    await temporal.withWorker(run.engine.activities, async () => {
      await run.untilTrying();
      await run.resolve({ action: 'abort', reason: 'it is gone' });
      expect(await run.result()).toMatchObject({
        outcome: 'incomplete',
        reason: `${NODE}: connect given up: ${inEnglish(SILENT)}`,
      });
    });
    expect(run.engine.events).toContain(`end commands of ${NODE}`);
    expect(run.engine.events).toContain(`abort ${NODE} connect`);
  });

  it('is not undone by a deploy that is repeated meanwhile', async () => {
    const end = Promise.withResolvers<void>();
    const run = selfRetrying('kept', { failing: 'checkDisk', end: end.promise });
    await temporal.withWorker(run.engine.activities, async () => {
      await run.untilTrying();
      await run.resolve({ action: 'skip' });
      await run.repeatDeploy();
      end.resolve();
      expect(await run.result()).toMatchObject({ outcome: 'incomplete', reason: `${NODE}: skipped checkDisk` });
    });
  });
});
