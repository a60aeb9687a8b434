import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { waitUntilFree } from '../../../server/supervise/port-claim.ts';
import { freePort } from '../engine-process.ts';

it('waits for a port whose holder is just leaving', async () => {
  const port = await freePort();
  const holder = createServer().listen(port, '127.0.0.1');
  await once(holder, 'listening');
  const free = waitUntilFree([{ host: '127.0.0.1', port, setting: 'X' }]);
  holder.close();
  await expect(free).resolves.toBeUndefined();
});

it('says at once when an address is none of ours', async () => {
  await expect(waitUntilFree([{ host: '192.0.2.1', port: 50000, setting: 'X' }])).rejects.toThrow('EADDRNOTAVAIL');
});
