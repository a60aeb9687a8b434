import { expect, it } from 'vitest';
import { lookAtEach } from '../../../activities/looks/look-at-each.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';

const never = (): Promise<never> => new Promise(() => {});
const { signal } = new AbortController();

it('lets a node that is silent delay nothing but its row', async () => {
  const [dead, gone, alive] = await lookAtEach(
    ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
    async (address) => {
      if (address === '10.0.0.1') return never();
      if (address === '10.0.0.2') throw new DeploymentEngineError('NodeUnreachable', 'it is off');
      return address;
    },
    { signal, nodeMs: 20 },
  );
  expect(dead).toMatchObject({ address: '10.0.0.1', failure: { code: 'CommandTimedOut' } });
  expect(gone).toMatchObject({ address: '10.0.0.2', failure: { code: 'NodeUnreachable', message: 'it is off' } });
  expect(alive).toEqual({ address: '10.0.0.3', found: '10.0.0.3' });
});

it('answers in time whatever number of nodes is silent', async () => {
  const addresses = Array.from({ length: 2_000 }, (_, index) => `node ${index}`);
  const looked = await lookAtEach(addresses, never, { signal, nodeMs: 60_000, allMs: 50 });
  expect(looked.map(({ address }) => address)).toEqual(addresses);
  expect(looked.every((each) => 'failure' in each)).toBe(true);
});

it('takes no fault of ours for one of the node', async () => {
  const broken = () => Promise.reject(new DeploymentEngineError('StoreUnwritable', 'the disk is full'));
  await expect(lookAtEach(['10.0.0.1'], broken, { signal })).rejects.toMatchObject({ code: 'StoreUnwritable' });
});

it('ends when nobody waits any more', async () => {
  const cancel = new AbortController();
  const looking = lookAtEach(['10.0.0.1'], never, { signal: cancel.signal });
  cancel.abort(new Error('cancelled'));
  await expect(looking).rejects.toThrow('cancelled');
});
