import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient, RunView } from '../sample/demo/engine-client.ts';
import { run as runProgram } from '../sample/demo/program.ts';
import { printGoal } from './print-goal.ts';

const NODES = join(import.meta.dirname, '../sample/nodes/nodes.sh');

type Posted = { readonly components: Readonly<Record<string, readonly string[]>> };

/** Adds and removes a dea on a node of its own; needs a sample cluster on test nodes, which gets one more node. */
export async function scaleOut(client: EngineClient): Promise<void> {
  const before = (await client.call('GET', '/config')) as Posted;
  const taken = [...new Set(Object.values(before.components).flat())];
  const last = taken.map((address) => Number(address.split('.')[3])).toSorted((a, b) => b - a)[0] ?? 0;
  const fresh = taken[0]?.replace(/\d+$/, String(last + 1)) ?? '';
  await runProgram(['bash', NODES, 'up', String(last + 1 - 180)]);
  const more = { ...before, components: { ...before.components, dea: [...(before.components['dea'] ?? []), fresh] } };

  const out = await deploy(client, more);
  const own = workOn(out.view, fresh);
  printGoal({
    name: `scale out by ${fresh}`,
    ms: out.ms,
    yardstick: { name: 'its own steps', ms: own },
    atMost: { words: '+ 3 s', ms: own + 3000 },
  });
  const away = await deploy(client, before);
  printGoal({
    name: `remove dea of ${fresh}`,
    ms: away.ms,
    yardstick: { name: 'its own steps', ms: workOn(away.view, fresh) },
    atMost: { words: '5 s', ms: 5000 },
  });
}

/** From `GET /deploy` to the recorded outcome. */
async function deploy(client: EngineClient, configuration: Posted): Promise<{ ms: number; view: RunView }> {
  await client.configure(configuration);
  const begun = performance.now();
  const { run } = await client.deploy();
  for (;;) {
    const view = await client.run(run);
    const ms = performance.now() - begun;
    if (view.outcome === 'ok') return { ms, view };
    if (view.outcome !== null) throw new Error(`run ${run} ended ${view.outcome}: ${view.reason}`);
    await wait(50);
  }
}

/** The time of all steps of a node and its instances. */
const workOn = ({ nodes, instances }: RunView, address: string): number =>
  [...nodes, ...instances]
    .filter((each) => each.address === address)
    .flatMap(({ steps }) => steps)
    .reduce((sum, { durationMs }) => sum + durationMs, 0);
