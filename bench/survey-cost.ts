import { setTimeout as wait } from 'node:timers/promises';
import type { EngineClient } from '../sample/demo/engine-client.ts';
import { deployUnchanged } from './deploy-unchanged.ts';
import { onNode } from './on-node.ts';
import { currentLoad, verdictOf } from './print-goal.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 5);
/** For a node with up to five instances. */
const GOAL_MS = 150;

/** What a node has used since it was booted. */
interface Used {
  readonly cpuMs: number;
  /** Processes and threads that were started. */
  readonly processes: number;
}

/**
 * What a survey costs each test node, sshd and sudo included: its processor time and the processes it starts for deploys that
 * change nothing, less what it uses while nothing is asked of it. The kernel counts processor time in hundredths of a second
 * for each process, so one deploy alone would say little.
 */
export async function surveyCost(client: EngineClient): Promise<void> {
  const rows = (await client.call('GET', '/status')) as { readonly Ip: string }[];
  const byNode = Map.groupBy(rows, ({ Ip }) => Ip);
  const nodes = [...byNode.keys()];
  const look = () => Promise.all(nodes.map(usedBy));
  await deployUnchanged(client);

  const began = performance.now();
  const before = await look();
  for (let round = 0; round < ROUNDS; round++) await deployUnchanged(client);
  const after = await look();
  await wait(performance.now() - began);
  const idle = await look();

  for (const [index, address] of nodes.entries()) {
    const perSurvey = (of: keyof Used): number => {
      const [first = 0, second = 0, third = 0] = [before, after, idle].map((each) => each[index]?.[of] ?? 0);
      return Math.round((second - first - (third - second)) / ROUNDS);
    };
    const instances = byNode.get(address)?.length ?? 0;
    const cpuMs = perSurvey('cpuMs');
    console.log(
      `survey of ${address}, ${instances} instances: ${cpuMs} ms of its processor, ${perSurvey('processes')} processes; ` +
        `goal ${GOAL_MS} ms: ${verdictOf(cpuMs <= GOAL_MS)} ${currentLoad()}`,
    );
  }
}

// Numbers of processes count up within a node; a process's own times hold those of the children it has waited for.
const USED = `
  cat /proc/[0-9]*/stat 2>/dev/null | awk '{sub(/^.*\\) /, ""); ticks += $12 + $13 + $14 + $15} END {print ticks}'
  getconf CLK_TCK
  sh -c 'echo $$'`;

async function usedBy(address: string): Promise<Used> {
  const [ticks, perSecond, processes] = (await onNode(address, USED)).split('\n').map(Number);
  return { cpuMs: ((ticks ?? 0) / (perSecond ?? 100)) * 1000, processes: processes ?? 0 };
}
