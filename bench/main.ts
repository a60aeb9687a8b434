import process from 'node:process';
import { createEngineClient, type EngineClient } from '../sample/demo/engine-client.ts';
import { compileOnce } from './compile-once.ts';
import { largePlan } from './large-plan.ts';
import { operate } from './operate.ts';
import { scale } from './scale.ts';
import { status } from './status.ts';
import { unchangedDeploy } from './unchanged-deploy.ts';

// npm run bench [-- NAME]: one benchmark, or all, on the engine at ENGINE.

const BENCHMARKS: Readonly<Record<string, (client: EngineClient) => Promise<void>>> = {
  'unchanged-deploy': unchangedDeploy,
  'compile-once': compileOnce,
  'large-plan': largePlan,
  operate,
  scale,
  status,
};

const client = createEngineClient(process.env['ENGINE'] ?? 'http://127.0.0.1:50000');
const [name] = process.argv.slice(2);
const chosen = name === undefined ? Object.values(BENCHMARKS) : [BENCHMARKS[name]];
for (const benchmark of chosen) {
  if (benchmark === undefined) throw new Error(`no benchmark ${name}; there is ${Object.keys(BENCHMARKS).join(', ')}`);
  await benchmark(client);
}
