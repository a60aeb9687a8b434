import { expect } from 'vitest';
import type { PlanPreview } from '../../../domain/plan/plan-preview.ts';
import { type createFront, pageOf, type Visit } from '../../integration/front-page.ts';
import * as cluster from '../../integration/test-cluster.ts';
import type { DeployView, TestEngine } from '../../integration/test-engine.ts';
import { until } from '../../support/until.ts';

const VISIT_MS = 50;
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 20 * 60_000;

interface VisitedDeploy {
  readonly plan: PlanPreview;
  readonly view: DeployView;
  readonly failed: readonly Visit[];
  /** What they were told, each once. */
  readonly failures: readonly string[];
  /** The longest time without a page, in milliseconds. */
  readonly gapMs: number;
}

interface Parts {
  readonly engine: TestEngine;
  readonly front: ReturnType<typeof createFront>;
  /** Addresses, also of nodes that nothing is on. */
  readonly nodes: readonly string[];
}

/** Deploys with a user who opens the page of an app twenty times a second, and looks at what each node was told to do. */
export function createVisitedDeploys({ engine, front, nodes }: Parts) {
  const untilAllRun = (): Promise<void> =>
    until(async () => (await engine.status()).every(({ Status }) => Status === 'RUNNING'), 'all run', 60_000);

  /** `changed nats/1`, of what the plan does not leave as it is. */
  const changes = async (): Promise<string[]> => changesOf(await engine.plan());

  /** What a run has told nodes to do that its plan leaves alone. */
  async function unplanned({ nodes: planned, instances }: PlanPreview, run: number): Promise<string[]> {
    const touched = [
      ...planned.filter(({ change }) => change !== 'untouched').map(({ address }) => `${address} -`),
      ...instances.filter(({ change }) => change !== 'untouched').map(({ id, address }) => `${address} ${id}`),
    ];
    const ledgers = await Promise.all(
      nodes.map(async (address) => (await cluster.ledgerOf(address)).map((line) => ({ ...line, address }))),
    );
    return ledgers
      .flat()
      .filter((line) => line.event === 'started' && line.run === run)
      .filter(({ address, instance }) => !touched.includes(`${address} ${instance}`))
      .map(({ address, instance, step }) => `${address} ${instance} ${step}`);
  }

  async function deploy(what: string, configuration: object): Promise<VisitedDeploy> {
    await engine.configure(configuration);
    const plan = await engine.plan();
    const visiting = front.visiting([pageOf('hello')], VISIT_MS);
    const began = Date.now();
    const { run } = await engine.deploy();
    const view = await engine.ended(run, COLD_MS);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    const visits = await visiting.stop();
    expect(view).toMatchObject({ outcome: 'ok', reason: null });

    const failed = visits.filter(({ failure }) => failure !== undefined);
    const failures = [...new Set(failed.map(({ failure = '' }) => failure))];
    const gapMs = longestGap(visits);
    console.log(`${what}: ${seconds} s, ${visits.length} visits, ${failed.length} failed, longest gap ${gapMs} ms`);
    expect(await unplanned(plan, run)).toEqual([]);
    await untilAllRun();
    const { nodes: after } = await engine.plan();
    expect([await changes(), after.filter(({ change }) => change !== 'untouched')]).toEqual([[], []]);
    return { plan, view, failed, failures, gapMs };
  }

  return { deploy, changes, untilAllRun };
}

export const changesOf = ({ instances }: PlanPreview): string[] =>
  instances
    .filter(({ change }) => change !== 'untouched')
    .map(({ id, change }) => `${change} ${id}`)
    .toSorted();

function longestGap(visits: readonly Visit[]): number {
  const pages = visits.filter(({ failure }) => failure === undefined).map(({ ended }) => ended);
  const ends = pages.toSorted((a, b) => a - b);
  return Math.max(0, ...ends.slice(1).map((end, index) => end - (ends[index] ?? end)));
}
