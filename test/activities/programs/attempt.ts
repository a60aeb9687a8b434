import process from 'node:process';
import { openStore } from '../../../store/open-store.ts';
import { createLocalNode } from '../../support/local-node.ts';
import { attempt, attemptDependencies, beginPlannedRun, type ShellStep } from '../step-attempt.ts';

// A worker that makes one attempt of a step and can be killed: DATA_FOLDER HOME_OF_NODE STEP. Says when it begins.
const [dataDir = '', home = '', step = ''] = process.argv.slice(2);
const store = await openStore({ dataDir });
await beginPlannedRun(store);
const { session } = createLocalNode({ home });
process.stdout.write('begins\n');
const end = await attempt(attemptDependencies(store, session, dataDir), JSON.parse(step) as ShellStep).catch(
  ({ type }: { type: string }) => ({ state: type }),
);
process.stdout.write(`${end.state}\n`);
process.exit(0);
