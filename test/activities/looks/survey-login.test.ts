import { expect, it, vi } from 'vitest';
import { ADDRESS } from '../samples.ts';
import { deps, found, look } from './surveyed-cluster.ts';

it.each([
  ['goes on with a shell that waits, where the accounts are ours and root can judge them', true],
  ["logs in anew where the accounts are others', who alone know what they may", false],
])('%s', async (_what, addUser) => {
  const properties = { ...found.context.configuration.properties, addUser };
  found.context = { ...found.context, configuration: { ...found.context.configuration, properties } };
  const node = vi.spyOn(deps.connections, 'node');
  await look();
  expect(node).toHaveBeenCalledWith(ADDRESS, expect.anything(), 'anyone', { mayContinue: addUser });
});
