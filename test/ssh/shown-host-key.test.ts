import { createHash } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { once } from 'node:events';
import { utils } from 'ssh2';
import { expect, it, onTestFinished } from 'vitest';
import { shownHostKey } from '../../ssh/shown-host-key.ts';
import { newHostKey, startSshServer } from '../support/ssh-server.ts';

it('is what ssh-keygen says of the server, and no login is tried', async () => {
  const hostKey = newHostKey();
  const server = await startSshServer(() => true, { hostKey });
  onTestFinished(() => server.close());
  const parsed = utils.parseKey(hostKey);
  if (parsed instanceof Error) throw parsed;
  const digest = createHash('sha256').update(parsed.getPublicSSH()).digest('base64').replaceAll('=', '');
  expect(await shownHostKey('127.0.0.1', server.port, 10_000)).toBe(`SHA256:${digest}`);
  expect(server.attempts).toEqual([]);
});

it('is not waited for where nobody greets', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  onTestFinished(() => void silent.close());
  const { port } = silent.address() as AddressInfo;
  await expect(shownHostKey('127.0.0.1', port, 50)).rejects.toMatchObject({ code: 'NodeUnreachable' });
});
