// A process that starts a command on the node given as argument, says so, and waits for it: made to be killed.
import { Secret } from '../../../domain/secret.ts';
import { createConnections } from '../../../ssh/connections.ts';
import { createIdentity } from '../../support/create-identity.ts';
import { createKnownHosts } from '../../support/known-hosts.ts';
import { RUN_AND_WAIT } from './run-and-wait-request.ts';

const password = new Secret('root_password', '123456');
const connections = createConnections({ identity: await createIdentity(), hostKeys: createKnownHosts() });
const login = { user: 'root', password, rootPassword: password };
const session = await connections.node(process.argv[2] ?? '', login, 'anyone');
await session.run({ ...RUN_AND_WAIT, onOutput: () => console.log('started') });
