import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, expect, it } from 'vitest';
import { lookWhenAsked } from '../../../activities/looks/look-program.ts';
import { ANSWER_END } from '../../../domain/answer-end.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

// What curl's configuration would take for its own.
const USER = String.raw`vcap:a "password\n`;
const XML = `<?xml version="1.0"?><monit>${'<service type="3"><name>nats</name></service>'.repeat(500)}</monit>`;

let monit: Server;
let program: ChildProcess;

afterEach(() => {
  program.kill('SIGKILL');
  monit.close();
});

/** The program on a machine with these programs alone; each call of one is written down. */
async function looking(programs: readonly string[], bash = '/bin/bash') {
  const root = temporaryFolder();
  mkdirSync(join(root, 'vcap/monit'), { recursive: true });
  mkdirSync(join(root, 'bin'));
  mkdirSync(join(root, 'real'));
  writeFileSync(join(root, 'vcap/monit/monit.user'), `${USER}\n`);
  for (const name of programs) {
    symlinkSync(`/usr/bin/${name}`, join(root, 'real', name));
    const text = `#!/bin/sh\necho "${name} $*" >>${root}/calls\nexec ${root}/real/${name} "$@"\n`;
    writeFileSync(join(root, 'bin', name), text, { mode: 0o755 });
  }
  monit = createServer(({ headers }, response) => {
    const isKnown = headers.authorization === `Basic ${Buffer.from(USER).toString('base64')}`;
    response.writeHead(isKnown ? 200 : 401).end(isKnown ? XML : '');
  }).listen(0, '127.0.0.1');
  await once(monit, 'listening');
  const { port } = monit.address() as AddressInfo;
  const text = lookWhenAsked('engine-a')
    .text.replaceAll('/var/vcap', join(root, 'vcap'))
    .replaceAll('2822', String(port))
    .replaceAll('/bin/bash', bash);
  program = spawn('/bin/sh', ['-c', text], { env: { PATH: join(root, 'bin') }, stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: program.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    ask: async (words: string): Promise<string> => {
      program.stdin?.write(`${words}\n`);
      let answer = '';
      for (let next = await lines.next(); next.value !== ANSWER_END; next = await lines.next()) {
        if (next.done === true) throw new Error(`it ended: ${answer}`);
        answer += `${next.value}\n`;
      }
      return answer;
    },
    calls: (): string[] => readFileSync(join(root, 'calls'), 'utf8').trim().split('\n').toSorted(),
  };
}

it('starts no process for a glance but those of its first', async () => {
  const { ask, calls } = await looking(['df', 'base64', 'curl']);
  for (const _look of [1, 2, 3]) expect(await ask('glance')).toContain(`${XML}\n`);
  expect(calls()).toEqual(['base64 -w 0', 'df -Pk /']);
});

it('shows the password in no list of processes where curl has to ask', async () => {
  const { ask, calls } = await looking(['df', 'sed', 'curl'], '/nowhere/bash');
  expect(await ask('glance')).toContain(`${XML}\n`);
  expect(calls()).toEqual([expect.stringMatching('^curl '), 'df -Pk /', expect.stringMatching('^sed ')]);
  expect(calls().join('\n')).not.toContain('password');
});

it('says which processes are gone', async () => {
  const { ask } = await looking(['df', 'base64']);
  const ended = spawn('/bin/true');
  await once(ended, 'close');
  const answer = await ask(`glance ${process.pid} ${ended.pid}`);
  expect(answer.match(/^gone .*$/gm)).toEqual([`gone ${ended.pid}`]);
});

it('looks at what monit says now', async () => {
  const { ask } = await looking(['df', 'base64']);
  await ask('glance');
  monit.closeAllConnections();
  monit.close();
  expect(await ask('glance')).not.toContain('<monit>');
});

it('waits for a monit that hangs once a look, and asks it again in the next', async () => {
  const { ask } = await looking(['df', 'base64']);
  let requests = 0;
  monit.removeAllListeners('request').on('request', () => (requests += 1));
  await ask('glance');
  await ask('full nats_0');
  expect(requests).toBe(1);
  await ask('full nats_0');
  expect(requests).toBe(2);
});
