import { createHash, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { sh } from '../../../domain/command.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Identity } from '../../../ssh/connect/identity.ts';
import { createConnections } from '../../../ssh/connections.ts';
import { createIdentity } from '../../support/create-identity.ts';
import { createKnownHosts } from '../../support/known-hosts.ts';
import { FENCE, runRequest } from '../../support/run-request.ts';
import { startSshServer } from '../../support/ssh-server.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const ADDRESS = '127.0.0.1';
const LOGIN = { user: 'root', password: new Secret('password', 'pw'), rootPassword: undefined };

let identity: Identity;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  identity = await createIdentity();
});
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A node where root's shells wait for the next program. */
async function connect({ keepShellsMs = 60_000, mostSessions = 10 } = {}) {
  const directory = temporaryFolder();
  const server = await startSshServer(({ method }) => method === 'publickey', { mostSessions });
  const hostKeys = createKnownHosts();
  const connections = createConnections({ identity, hostKeys, port: server.port, directory, keepShellsMs });
  closing.push(
    () => server.close(),
    () => connections.close(),
  );
  return { server, directory, connections, session: await connections.node(ADDRESS, LOGIN, 'user') };
}

/** Of the shell that stays, whose children the programs are. */
const shellOf = sh`sh -c 'ps -o ppid= -p $PPID' | tr -d ' '`;

it('carries out one program after the other in one shell, and each by itself', async () => {
  const { server, session } = await connect();
  const first = await session.read(shellOf);
  const { secrets } = sh`${new Secret('word', 'canary')}`;
  const [name = ''] = Object.keys(secrets);
  const left = { secrets, text: `x=1; cd /usr; umask 077; exec 3</dev/null; echo "$${name}" "$$"; exit 7` };
  expect(await session.read(left)).toMatchObject({ exitCode: 7, stdout: expect.stringContaining('canary') as string });
  const next = await session.read({
    secrets: {},
    text: `echo "\${x:-}$(pwd)\${${name}:-}"; umask; [ ! -e /proc/self/fd/3 ]`,
  });
  expect(next).toMatchObject({ exitCode: 0, stdout: '/\n0022\n' });
  expect((await session.read(shellOf)).stdout).toBe(first.stdout);
  expect(server.sessions).toEqual({ open: 1, most: 1 });
});

it('gives a program no input, and keeps both of its outputs apart', async () => {
  const { session } = await connect();
  for (let round = 0; round < 2; round++) {
    const told = await session.read(sh`cat; printf out; printf err >&2`);
    expect([told.stdout, told.stderr]).toEqual(['out', 'err']);
  }
});

it('carries any bytes and many, and takes a long program', async () => {
  const { directory, session } = await connect();
  const bytes = randomBytes(900_000);
  writeFileSync(join(directory, 'big'), bytes);
  for (let round = 0; round < 2; round++) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of session.readFile(join(directory, 'big'))) chunks.push(chunk);
    expect(createHash('sha256').update(Buffer.concat(chunks)).digest('hex')).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
  }
  const long = 'ä'.repeat(100_000);
  expect((await session.read(sh`printf %s ${long} | wc -c`)).stdout).toBe('200000\n');
});

it('goes on behind a program that is no shell text, and one that ends its own shell', async () => {
  const { session } = await connect();
  expect((await session.read({ secrets: {}, text: 'if' })).exitCode).not.toBe(0);
  expect((await session.read({ secrets: {}, text: "kill -9 $(sh -c 'echo $PPID')" })).exitCode).toBe(137);
  expect((await session.read(sh`echo on`)).stdout).toBe('on\n');
});

it('ends the shell of a program that takes too long, and has another for the next', async () => {
  const { server, session } = await connect();
  const { stdout } = await session.read(shellOf);
  await expect(session.read(sh`sleep 30`, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'CommandTimedOut' });
  await until(() => server.sessions.open === 0, 'the channel is given back');
  expect((await session.read(shellOf)).stdout).not.toBe(stdout);
});

it('is not ended by the time of a program that is over', async () => {
  const { session } = await connect();
  await session.read(sh`true`);
  await session.read(sh`true`, { timeoutMs: 2_000 });
  expect((await session.read(sh`sleep 2.5; echo whole`)).stdout).toBe('whole\n');
});

it('goes on with another shell where the one that waited has been killed', async () => {
  const { session } = await connect();
  const { stdout } = await session.read(shellOf);
  process.kill(Number(stdout), 'SIGKILL');
  expect((await session.read(sh`echo here`)).stdout).toBe('here\n');
});

it('ends with its connection, also in the middle of a program', async () => {
  const { server, session } = await connect();
  await session.read(sh`true`);
  const lost = expect(session.read(sh`sleep 30`)).rejects.toMatchObject({ code: 'ConnectionLost' });
  server.drop();
  await lost;
  expect((await session.read(sh`echo again`)).stdout).toBe('again\n');
});

it('is let in anew where anyone will do, which is to find out who may', async () => {
  const { connections, session } = await connect();
  const { stdout } = await session.read(shellOf);
  const anyone = await connections.node(ADDRESS, LOGIN, 'anyone');
  const fresh = await anyone.read(shellOf);
  expect(fresh.stdout).not.toBe(stdout);
  expect((await session.read(shellOf)).stdout).toBe(fresh.stdout);
});

it('carries on for anyone who need not find that out', async () => {
  const { connections, session } = await connect();
  const { stdout } = await session.read(shellOf);
  const anyone = await connections.node(ADDRESS, LOGIN, 'anyone', { mayContinue: true });
  expect((await anyone.read(shellOf)).stdout).toBe(stdout);
});

it('waits no longer than it may', async () => {
  const { server, session } = await connect({ keepShellsMs: 50 });
  await session.read(sh`true`);
  await until(() => server.sessions.open === 0, 'the channel is given back');
});

it('serves more callers than there are channels', async () => {
  const { server, session } = await connect();
  for (let round = 0; round < 2; round++) {
    const reads = await Promise.all(
      Array.from({ length: 20 }, (_, index) => session.read(sh`sleep 0.05; echo ${index}`)),
    );
    expect(reads.map(({ stdout }) => Number(stdout))).toEqual(Array.from({ length: 20 }, (_, index) => index));
  }
  // Those that are being closed while somebody waits are still there for the server.
  expect(server.sessions.most).toBeLessThanOrEqual(10);
});

it.each([1, 2])('serves several callers where the server allows %i sessions', async (mostSessions) => {
  const { session } = await connect({ mostSessions });
  const words = ['a', 'b', 'c', 'd'];
  const reads = await Promise.all(words.map((word) => session.read(sh`sleep 0.1; echo ${word}`)));
  expect(reads.map(({ stdout }) => stdout)).toEqual(words.map((word) => `${word}\n`));
});

it('keeps no shell that was let in before anyone was, also one that is at work then', async () => {
  const { directory, connections, session } = await connect();
  const [began, go] = [join(directory, 'began'), join(directory, 'go')];
  const atWork = session.read(
    sh`true >${began}; until [ -e ${go} ]; do sleep 0.05; done; sh -c 'ps -o ppid= -p $PPID' | tr -d ' '`,
  );
  await until(() => existsSync(began), 'it is at work');
  await connections.node(ADDRESS, LOGIN, 'anyone');
  writeFileSync(go, '');
  const { stdout } = await atWork;
  expect((await session.read(shellOf)).stdout).not.toBe(stdout);
});

it('takes the end of its shell for no end of the program', async () => {
  const { session } = await connect();
  await expect(session.read(sh`echo half; kill -9 $$; sleep 5`)).rejects.toMatchObject({
    code: 'ConnectionLost',
  });
});

it('makes room for what lasts where the server allows few sessions', async () => {
  const { session } = await connect({ mostSessions: 1 });
  await session.read(sh`true`);
  const dialogue = await session.openDialogue({ text: 'while read -r word; do echo; done', secrets: {} });
  dialogue.close();
});

it('runs commands by the runner, whose output comes as it is said', async () => {
  const { directory, session } = await connect();
  await session.installRunner(FENCE);
  const pieces: string[] = [];
  const onOutput = (chunk: Uint8Array): void => void pieces.push(String(chunk));
  const go = join(directory, 'go');
  const running = session.run(runRequest({ command: sh`echo one; until [ -e ${go} ]; do sleep 0.05; done`, onOutput }));
  await until(() => pieces.join('') === 'one\n', 'the first line has come');
  await session.read(sh`true >${go}`);
  expect(await running).toMatchObject({ exitCode: 0, attached: false });
});
