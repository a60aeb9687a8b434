import { expect, it } from 'vitest';
import type { Workplace } from '../../../activities/attempt/workplace.ts';
import { readBack } from '../../../activities/builds/built-archive.ts';
import { sh } from '../../../domain/command.ts';
import type { BuildAct } from '../../../domain/step.ts';

const ACT: BuildAct = {
  kind: 'build',
  key: 'package/nats/f-nats',
  profile: 'debian-12',
  prepare: [],
  compile: sh`true`,
  archive: '/archive.tgz',
  unpack: sh`true`,
};

it('takes no endless archive from a node', async () => {
  let asked = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    for (;;) {
      asked += 1;
      yield new Uint8Array(400);
    }
  }
  const addBlob = async (content: AsyncIterable<Uint8Array>): Promise<void> => {
    for await (const _ of content);
  };
  const work: unknown = {
    deps: { mirror: { addBlob } },
    session: { readFile: endless },
    place: { address: '10.0.0.1' },
  };
  await expect(readBack(work as Workplace, ACT, 1_000)).rejects.toMatchObject({
    code: 'ChecksumMismatch',
    message: '/archive.tgz of 10.0.0.1 has more than 1.0 kB: no package is that large',
  });
  expect(asked).toBe(3);
});
