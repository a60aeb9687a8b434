import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import ssh2, { type Connection } from 'ssh2';
import { carryOut } from './carry-out.ts';
import { newNode, type SimulatedNode } from './simulated-node.ts';

/** Real SSH with real key exchange; the address that was called says which simulated node answers. Gives the port. */
export async function listen(port: number, host: string): Promise<{ readonly port: number; close(): void }> {
  const nodes = new Map<string, SimulatedNode>();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const hostKeys = [privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()];
  const server = new ssh2.Server({ hostKeys }, (client) => {
    const address = calledAddress(client);
    const node = nodes.get(address) ?? newNode(address);
    nodes.set(address, node);
    serve(client, node);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** ssh2 tells who calls, but not which of our addresses was called. */
const calledAddress = (client: Connection): string =>
  (client as unknown as { readonly _sock: { readonly localAddress: string } })._sock.localAddress;

function serve(client: Connection, node: SimulatedNode): void {
  client.on('error', () => {});
  client.on('authentication', (attempt) => {
    const isAccepted =
      attempt.method === 'password' || (attempt.method === 'publickey' && node.prepared.has('ensureUser'));
    if (isAccepted) attempt.accept();
    else attempt.reject(['publickey', 'password']);
  });
  client.on('session', (accept) => {
    accept().on('exec', (acceptExec, _reject, { command }) => carryOut(node, command, acceptExec()));
  });
}
