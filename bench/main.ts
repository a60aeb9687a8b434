import process from 'node:process';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { createEngineClient, type EngineClient } from '../sample/demo/engine-client.ts';
import { compileOnce } from './compile-once.ts';
import { largePlan } from './large-plan.ts';
import { operate } from './operate.ts';
import { peers } from './peers/peers.ts';
import { rendering } from './rendering.ts';
import { scale } from './scale.ts';
import { scaleOut } from './scale-out.ts';
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
  rendering,
  'scale-out': scaleOut,
  status,
  'survey-cost': surveyCost,
  'token-check': tokenCheck,
};

/** Only by name: they take long, and bring python to the nodes or start an engine of their own. */
const BY_NAME = ['peers', 'scale'];

/** Five components with a thousand addresses each, the most that a configuration may have of one. */
const MOST_NODES = 5000;

const command = new Command('npm run bench --')
  .description('Measures the engine at ENGINE (default http://127.0.0.1:50000). Never use it on a cluster with users.')
  .addArgument(
    new Argument('[name]', `default: all but ${BY_NAME.join(' and ')}, one after the other`).choices([
      ...Object.keys(BENCHMARKS),
      ...BY_NAME,
    ]),
  )
  .addOption(
    new Option('--nodes <number>', 'for scale, which has an engine and simulated nodes of its own')
      .default(1000)
      .argParser(nodeCount),
  )
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const [name] = command.processedArgs as [string | undefined];
const client = createEngineClient(process.env['ENGINE'] ?? 'http://127.0.0.1:50000');
if (name === 'scale') await scale(command.opts<{ nodes: number }>().nodes);
if (name === 'peers') await peers(client);
for (const [each, benchmark] of Object.entries(BENCHMARKS))
  if (name === undefined || name === each) await benchmark(client);

function nodeCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 2 && count <= MOST_NODES) return count;
  throw new InvalidArgumentError(`It takes 2 to ${MOST_NODES}.`);
}
