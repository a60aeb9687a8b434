import process from 'node:process';
import { Argument, Command } from 'commander';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { createEngineClient, type EngineClient } from '../sample/demo/engine-client.ts';
import { compileOnce } from './compile-once.ts';
import { largePlan } from './large-plan.ts';
import { operate } from './operate.ts';
import { scale } from './scale.ts';
import { status } from './status.ts';
import { surveyCost } from './survey-cost.ts';
import { tokenCheck } from './token-check.ts';
import { unchangedDeploy } from './unchanged-deploy.ts';

ignoreClosedReaders(process);

const BENCHMARKS: Readonly<Record<string, (client: EngineClient) => Promise<void>>> = {
  'unchanged-deploy': unchangedDeploy,
  'compile-once': compileOnce,
  'large-plan': largePlan,
  operate,
  scale,
  status,
  'survey-cost': surveyCost,
  'token-check': tokenCheck,
};

const [name] = new Command('npm run bench --')
  .description('Measures the engine at ENGINE (default http://127.0.0.1:50000). Never use it on a cluster with users.')
  .addArgument(new Argument('[name]', 'default: all, one after the other').choices(Object.keys(BENCHMARKS)))
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse().processedArgs as [string | undefined];
const client = createEngineClient(process.env['ENGINE'] ?? 'http://127.0.0.1:50000');
for (const [each, benchmark] of Object.entries(BENCHMARKS))
  if (name === undefined || name === each) await benchmark(client);
