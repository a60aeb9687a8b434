import process from 'node:process';
import { Secret } from '../../../domain/secret.ts';
import { createConnections } from '../../../ssh/connections.ts';
import { openStore } from '../../../store/open-store.ts';
import { createKnownHosts } from '../../support/known-hosts.ts';
import { createLocalNode } from '../../support/local-node.ts';
import { attempt, attemptDependencies, beginPlannedRun, type ShellStep } from '../attempt/step-attempt.ts';

// A worker that makes one attempt of a step and can be killed: DATA_FOLDER HOME_OR_ADDRESS_OF_NODE STEP. Says when it begins.
const [dataDir = '', node = '', step = ''] = process.argv.slice(2);
const store = await openStore({ dataDir });
await beginPlannedRun(store);
const identity = await store.engine.identity();
const root = new Secret('root', '123456');
const session = node.startsWith('/')
  ? createLocalNode({ home: node }).session
  : await createConnections({ identity, hostKeys: createKnownHosts() }).node(
      node,
      { user: 'root', password: root, rootPassword: root },
      'anyone',
    );
process.stdout.write('begins\n');
const end = await attempt(attemptDependencies(store, session, dataDir), JSON.parse(step) as ShellStep).catch(
  ({ type }: { type: string }) => ({ state: type }),
);
process.stdout.write(`${end.state}\n`);
process.exit(0);
