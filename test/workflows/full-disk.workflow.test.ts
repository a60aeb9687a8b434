import { execFileSync } from 'node:child_process';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../store/open-store.ts';
import type { Store } from '../../store/store.ts';
import { allLines, configuration, texts } from '../store/samples.ts';
import { readLedger } from '../support/ledger.ts';
import { createLocalNode, type LocalNode, MAY_MOUNT } from '../support/local-node.ts';
import { FENCE } from '../support/run-request.ts';
import { activate } from '../support/serials.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { oneStepCluster } from './one-step-cluster.ts';
import { startWorkflowTemporal, type WorkflowTemporal } from './workflow-temporal.ts';

let temporal: WorkflowTemporal;
let next = 0;

beforeAll(async () => {
  temporal = await startWorkflowTemporal();
});
afterAll(() => temporal.stop());

describe.skipIf(!MAY_MOUNT)('a data folder whose disk becomes full', () => {
  let folder: string;
  let store: Store;
  let node: LocalNode;

  beforeEach(async () => {
    folder = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder]);
    store = await openStore({ dataDir: folder });
    await activate(store);
    await store.configurations.accept(configuration(), {});
    node = createLocalNode();
    await node.session.installRunner({ ...FENCE, run: 1 });
    onTestFinished(async () => {
      await node.remove();
      await store.close();
      execFileSync('umount', ['--lazy', folder]);
    });
  });

  const ballast = (): string => join(folder, 'ballast');
  const free = (): void => rmSync(ballast());

  /** Leaves not a byte. */
  function fill(): void {
    for (const size of [65_536, 4_096])
      try {
        for (;;) appendFileSync(ballast(), Buffer.alloc(size));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      }
  }

  /** Its run fills the disk at some moments. */
  function cluster({ gate, fillAfter }: { readonly gate: string; readonly fillAfter: readonly string[] }) {
    const after = (moment: string): void => {
      if (fillAfter.includes(moment)) fill();
    };
    return oneStepCluster(temporal, { name: `full${++next}`, store, node, gate, after });
  }

  it('in the middle of a run, again and again, keeps it waiting and nothing else', async () => {
    const gate = join(temporaryFolder(), 'gate');
    const { activities, start, result, handle } = cluster({ gate, fillAfter: ['survey', 'verifyCluster'] });
    const isTriedAgain = async (activity: string): Promise<boolean> =>
      ((await handle.describe()).raw.pendingActivities ?? []).some(
        ({ activityType, attempt }) => activityType?.name === activity && (attempt ?? 0) > 1,
      );

    await temporal.withWorker(activities, async () => {
      await start();
      await until(() => isTriedAgain('makePlan'), 'the plan waits for room');
      free();
      await until(() => readLedger(node.directory).length === 1, 'the command runs');
      fill();
      writeFileSync(gate, '');
      await until(() => readLedger(node.directory).length === 2, 'the command has ended');
      free();
      await until(() => isTriedAgain('finishRun'), 'the end waits for room');
      free();
      expect(await result()).toMatchObject({ outcome: 'ok', run: 1 });
    });

    const lines = texts(await allLines(store, 1));
    expect(lines.at(-1)).toBe('deploy 1 OK');
    expect(lines.filter((line) => line.startsWith('the store could not be written for'))).not.toEqual([]);
    expect(lines).toEqual(expect.arrayContaining(['working', 'done']));
    expect(await store.steps.of(1)).toMatchObject([{ state: 'done', failures: 0, reasons: ['not done yet'] }]);
    expect(await store.runs.get(1)).toMatchObject({ outcome: 'ok' });
  });

  it('before a run has begun refuses it, and the next may begin', async () => {
    const gate = join(temporaryFolder(), 'gate');
    writeFileSync(gate, '');
    const refused = cluster({ gate, fillAfter: [] });
    fill();
    await temporal.withWorker(refused.activities, async () => {
      await refused.start();
      expect(await refused.result()).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('is full') });
    });
    expect(await store.runs.list({ limit: 1 })).toEqual([]);
    free();
    const begun = cluster({ gate, fillAfter: [] });
    await temporal.withWorker(begun.activities, async () => {
      await begun.start();
      expect(await begun.result()).toMatchObject({ outcome: 'ok', run: 1 });
    });
  });
});
