import { expect, it } from 'vitest';
import { newestRevisionOf } from '../../../activities/access/newest-revision-of.ts';
import type { Configuration } from '../../../domain/configuration.ts';
import type { Revision } from '../../../store/configurations/contract.ts';

const revision = (number: number, nats: readonly string[]) =>
  ({ number, configuration: { components: { nats } } as unknown as Configuration }) as Revision;

/** Asks for the address, newest revision first; also says how often earlier ones were read. */
async function asked(address: string, ...revisions: readonly Revision[]) {
  let reads = 0;
  const recent = async () => {
    reads += 1;
    return revisions;
  };
  const found = await newestRevisionOf({ newest: async () => revisions[0], recent }, address);
  return [found?.number, reads];
}

it('is the newest one that names the node, and reads earlier ones only where the newest does not', async () => {
  const revisions = [revision(3, ['10.0.0.3']), revision(2, ['10.0.0.2']), revision(1, ['10.0.0.2'])] as const;
  expect(await asked('10.0.0.3', ...revisions)).toEqual([3, 0]);
  expect(await asked('10.0.0.2', ...revisions)).toEqual([2, 1]);
  expect(await asked('10.0.0.1', ...revisions)).toEqual([undefined, 1]);
  expect(await asked('10.0.0.1')).toEqual([undefined, 0]);
});
