import { expect, it } from 'vitest';
import { problemsOf } from '../../activities/verify-cluster.ts';
import type { Command } from '../../domain/command.ts';
import type { Instance } from '../../domain/instance.ts';
import { nodeContext } from './samples.ts';

const ADDRESS = '10.10.101.181';
const instanceOf = (component: 'nats' | 'uaa' | 'etcd'): Instance => ({
  id: `${component}/0`,
  component,
  address: ADDRESS,
  number: 0,
  index: 0,
});
const CLUSTER = {
  configuration: nodeContext().configuration,
  instances: [instanceOf('nats'), instanceOf('uaa'), instanceOf('etcd')],
};
const LOOK = `@@instance nats_0
nats running
@@instance uaa_0
uaa starts and is gone within half a minute, once so far
@@instance etcd_0
etcd stopped by operator
`;

/** What is found where the node's script says this of why something does not run. */
async function verify(words: string) {
  const lines: string[] = [];
  const read = async ({ text }: Command) => ({ stdout: text.includes(' why ') ? words : LOOK });
  const deps = {
    connections: { node: async () => ({ read }) },
    logins: { of: async () => ({}) },
    store: { statuses: { all: async () => [], save: async () => {} } },
    log: {
      write: (_run: number, written: { stream: string; line: string }[]) =>
        lines.push(...written.map(({ stream, line }) => `${stream} ${line}`)),
      flush: async () => {},
    },
  };
  return { problems: await problemsOf(deps as never, CLUSTER, 7), lines };
}

it('says why an instance does not run, and all that is known in its log', async () => {
  expect(
    await verify('no port given (uaa starts and is gone within half a minute, once)\nuaa said:\nno port given\n'),
  ).toEqual({
    problems: ['uaa/0 does not run: no port given (uaa starts and is gone within half a minute, once)'],
    lines: [
      'uaa_0 verify: no port given (uaa starts and is gone within half a minute, once)',
      'uaa_0 verify: uaa said:',
      'uaa_0 verify: no port given',
    ],
  });
});

it('repeats the row where the node knows no more', async () => {
  expect(await verify('')).toEqual({
    problems: ['uaa/0 does not run: uaa starts and is gone within half a minute, once so far'],
    lines: [],
  });
});
