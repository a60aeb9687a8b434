import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createNodePort } from '../../../../activities/attempt/commands/node-port.ts';
import { sh } from '../../../../domain/command.ts';
import { Secret } from '../../../../domain/secret.ts';
import type { UploadAct } from '../../../../domain/step.ts';
import { openMirror } from '../../../../mirror/mirror.ts';
import { createMirrorServer } from '../../../../mirror/serve/serve.ts';
import type { NodeSession, RunRequest } from '../../../../ssh/node-session.ts';
import { RUNNER_FILE } from '../../../../ssh/runner/runner-source.ts';
import type { Store } from '../../../../store/store.ts';
import { allLines } from '../../../store/samples.ts';
import { openSqlite, useStores } from '../../../store/stores.ts';
import { events, readLedger } from '../../../support/ledger.ts';
import { createLocalNode, type LocalNode } from '../../../support/local-node.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { until } from '../../../support/until.ts';
import { served } from '../../blob-server.ts';
import { dependencies, workplace } from '../../workplace.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const openStore = useStores(openSqlite);

let store: Store;
let node: LocalNode;
let folder: string;

beforeEach(async () => {
  store = await openStore();
  node = createLocalNode();
  folder = temporaryFolder();
});
afterEach(() => node.remove());

type Work = Parameters<typeof workplace>[2];

/** A port to the local node whose runner is there. */
async function port(work?: Work, session: NodeSession = node.session) {
  const place = await workplace(dependencies(store), session, work);
  const created = createNodePort(place);
  await created.carryOut({ kind: 'installRunner' }, 0);
  return { ...created, work: place };
}

/** The node with one of its answers replaced. */
const sessionWith = (changed: Partial<NodeSession>): NodeSession => ({ ...node.session, ...changed });

const ledger = (): string => events(readLedger(node.directory));
const output = async (): Promise<string[]> =>
  (await allLines(store, 1)).filter(({ level }) => level === 'out').map(({ line }) => line);

describe('installRunner', () => {
  it('lays the runner down and claims the node for this run of this engine', async () => {
    const { check } = await port();
    expect(existsSync(join(node.directory, RUNNER_FILE))).toBe(true);
    expect(await node.session.read(sh`true`)).toMatchObject({
      owner: 'engine-a',
      fence: { generation: 1, run: 1 },
    });
    expect(await check(sh`echo seen; exit 3`)).toMatchObject({ exitCode: 3, stdout: 'seen\n', position: 0 });
  });
});

describe('a command', () => {
  it('is recorded on the node under its place, and its output is logged', async () => {
    const { carryOut } = await port({ place: { instance: 'nats/0', stream: 'nats_0', step: 'installJob', round: 2 } });
    await carryOut({ kind: 'command', command: sh`echo one; echo two >&2` }, 0);
    expect(readLedger(node.directory)[0]).toMatchObject({ run: 1, instance: 'nats/0', step: 'installJob', round: 2 });
    expect(await allLines(store, 1)).toMatchObject([
      { stream: 'nats_0', node: 'local', step: 'installJob', level: 'out', line: 'one' },
      { stream: 'nats_0', node: 'local', step: 'installJob', level: 'out', line: 'two' },
    ]);
  });

  it('gets its secrets, and neither ledger nor log sees them', async () => {
    const { carryOut } = await port();
    const target = join(folder, 'secret');
    await carryOut({ kind: 'command', command: sh`printf '%s' ${new Secret('p', `it's a canary`)} >${target}` }, 0);
    expect(readFileSync(target, 'utf8')).toBe(`it's a canary`);
    expect(readFileSync(join(node.directory, 'ledger'), 'utf8')).not.toContain('canary');
  });

  it.each([
    ['a code of its own', 3, 'JobNotRunning', '^local: last\nwords$'],
    [
      'any other code',
      4,
      'CommandFailed',
      '^local: words \\(echo first … ended with exit code 4 after [\\d.]+ s; the log has all that it said\\)$',
    ],
  ])('that ends with %s fails with what it means', async (_case, exitCode, code, message) => {
    const { carryOut } = await port();
    const command = sh`
      echo first
      printf '\nlast\nwords\n'
      exit ${exitCode}`;
    const failure = await carryOut({ kind: 'command', command, failures: { 3: 'JobNotRunning' } }, 0).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code, details: { address: 'local', exitCode, command: command.text } });
    expect((failure as Error).message).toMatch(new RegExp(message));
  });

  it('that died is told from one that failed', async () => {
    const run = async () => ({
      exitCode: undefined,
      died: true,
      full: [],
      key: 'k',
      tail: '',
      durationMs: 1_000,
      attached: true,
      startedAt: 1,
    });
    const { carryOut } = await port({}, sessionWith({ run }));
    await expect(carryOut({ kind: 'command', command: sh`work` }, 0)).rejects.toMatchObject({
      code: 'CommandFailed',
      details: { hasDied: true },
      message: 'local: the command was killed (work died after 1.0 s; the log has all that it said)',
    });
  });

  it('that failed where a disk is full says which, and by how much', async () => {
    const full = [{ mount: '/var', freeKiB: 0, totalKiB: 20_480, freeInodes: undefined }];
    const run = async (request: RunRequest) => ({ ...(await node.session.run(request)), full });
    const { carryOut } = await port({}, sessionWith({ run }));
    await expect(carryOut({ kind: 'command', command: sh`echo short; exit 2` }, 0)).rejects.toMatchObject({
      code: 'DiskFull',
      message: expect.stringMatching(
        /^\/var on local is full: 0 KiB of 20,480 KiB free\. .* \(short \(echo short; exit 2 ended with exit code 2 .*\)\)$/,
      ),
      details: { node: 'local', mount: '/var', freeKiB: 0 },
    });
    await carryOut({ kind: 'command', command: sh`true` }, 0);
  });

  it('that takes too long has failed: the network is not to blame', async () => {
    const { carryOut } = await port();
    const act = { kind: 'command', command: sh`exec sleep 300`, long: true, timeoutMs: 1_000 } as const;
    await expect(carryOut(act, 0)).rejects.toMatchObject({ code: 'CommandFailed', cause: { code: 'CommandTimedOut' } });
  });

  it('names itself while it runs, so that it can be stopped', async () => {
    const { carryOut, work } = await port();
    const running = carryOut({ kind: 'command', command: sh`exec sleep 300`, long: true }, 0);
    const failed = expect(running).rejects.toMatchObject({ code: 'CommandFailed', details: { exitCode: 143 } });
    await until(() => ledger() === 'started', 'the command runs');
    expect(work.trace.atWork).toBe(readLedger(node.directory)[0]?.key);
    await node.session.stop(work.trace.atWork ?? '');
    await failed;
    expect(work.trace.atWork).toBeUndefined();
  });

  it('that outlives our connection is attached to again, and each of its lines is logged once', async () => {
    const gate = join(folder, 'gate');
    const command = sh`printf 'one\ntwo, '; until [ -e ${gate} ]; do sleep 0.05; done; echo and three`;
    const first = await port();
    const lost = first.carryOut({ kind: 'command', command, long: true }, 0).catch((error: unknown) => error);
    await until(async () => (await output()).length === 1, 'its first line');
    node.cut();
    expect(await lost).toMatchObject({ code: 'ConnectionLost' });

    const again = await port({ place: { run: first.work.place.run } });
    writeFileSync(gate, '');
    await again.carryOut({ kind: 'command', command, long: true }, 0);
    expect(await output()).toEqual(['one', 'two, and three']);
    expect(readLedger(node.directory).filter(({ event }) => event === 'started')).toHaveLength(1);
  });

  it('that is tried again after a failure says everything anew', async () => {
    const failing = { kind: 'command', command: sh`echo no; exit 1` } as const;
    const first = await port();
    await expect(first.carryOut(failing, 0)).rejects.toMatchObject({ code: 'CommandFailed' });
    const again = await port({ place: { run: 1 } });
    await expect(again.carryOut(failing, 0)).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(await output()).toEqual(['no', 'no']);
  });

  it('is let go of when nobody waits any more', async () => {
    const leaving = new AbortController();
    const { carryOut } = await port({ signal: leaving.signal });
    const waiting = carryOut({ kind: 'command', command: sh`exec sleep 300`, long: true }, 0);
    await until(() => ledger() === 'started', 'the command runs');
    leaving.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    expect(ledger()).toBe('started');
  });

  it('announces why it is there', async () => {
    const { announce, work } = await port();
    await announce('no runner');
    expect(work.lines).toEqual(['no runner']);
  });
});

describe('an upload', () => {
  const owner = `${process.getuid?.()}:${process.getgid?.()}`;
  const file = (content: UploadAct['content'], mode = '0600'): UploadAct => ({
    kind: 'upload',
    path: join(folder, `new folder/it's`),
    content,
    mode,
    owner,
  });
  const permissions = (path: string): string => (statSync(path).mode & 0o7777).toString(8);

  it.each([
    ['text', 'grüße\n', '0644'],
    ['nothing', '', '0600'],
    ['bytes', new Uint8Array([0, 255, 10, 13]), '4755'],
  ])('writes %s with its mode', async (_what, content, mode) => {
    const { carryOut } = await port();
    const act = file(content, mode);
    await carryOut(act, 0);
    expect(readFileSync(act.path)).toEqual(Buffer.from(content));
    expect(permissions(act.path)).toBe(mode.replace(/^0/, ''));
    expect(existsSync(`${act.path}.new`)).toBe(false);
  });

  it('writes a secret that nobody else sees', async () => {
    const { carryOut } = await port();
    const act = file(new Secret('manifest', 'canary\n'));
    await carryOut(act, 0);
    expect(readFileSync(act.path, 'utf8')).toBe('canary\n');
    expect(readFileSync(join(node.directory, 'ledger'), 'utf8')).not.toContain('canary');
    expect(readFileSync(join(node.directory, 'ledger'), 'utf8')).not.toContain(
      Buffer.from('canary').toString('base64'),
    );
  });

  it('replaces what was there, whole or not at all', async () => {
    const { carryOut } = await port();
    await carryOut(file('first'), 0);
    await carryOut(file('second'), 0);
    expect(readFileSync(file('').path, 'utf8')).toBe('second');

    const cutOff = (request: RunRequest) =>
      node.session.run({ ...request, stdin: (request.stdin ?? new Uint8Array()).subarray(0, -1) });
    const other = await port({ place: { run: 1 } }, sessionWith({ run: cutOff }));
    await expect(other.carryOut(file('third, cut off'), 0)).rejects.toMatchObject({ code: 'CommandFailed' });
    expect(readFileSync(file('').path, 'utf8')).toBe('second');
  });
});

describe('a blob', () => {
  const CONTENT = Buffer.from('0123456789'.repeat(20_000));
  const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
  const target = (): string => join(folder, 'deep/blob.tgz');
  const blob = (sha256 = SHA256) => ({ kind: 'fetchBlob', sha256, size: CONTENT.length, path: target() }) as const;

  /** The real mirror, and which part of the blob each request asked for. */
  async function mirror(): Promise<{ url: string; asked: (string | undefined)[] }> {
    const root = temporaryFolder();
    await openMirror(root).addBlob(CONTENT);
    const server = createMirrorServer(root);
    const asked: (string | undefined)[] = [];
    server.prependListener('request', ({ headers }) => void asked.push(headers.range));
    return { url: await served(server), asked };
  }

  function leave(content: Uint8Array): void {
    mkdirSync(join(folder, 'deep'));
    writeFileSync(`${target()}.part`, content);
  }

  it.each([
    ['from its beginning', undefined, [undefined]],
    ['from where it was cut off', CONTENT.subarray(0, 150_000), ['bytes=150000-']],
    ['by name only when it has arrived whole', CONTENT, []],
  ])('is fetched %s', async (_case, part, ranges) => {
    const { url, asked } = await mirror();
    if (part !== undefined) leave(part);
    const { carryOut } = await port({ mirrorUrl: url });
    await carryOut(blob(), 0);
    expect(readFileSync(target())).toEqual(CONTENT);
    expect(asked).toEqual(ranges);
    expect(existsSync(`${target()}.part`)).toBe(false);
  });

  it.each(['http_proxy', 'all_proxy', 'ALL_PROXY'])(
    'is fetched directly, whatever the node has in %s',
    async (variable) => {
      vi.stubEnv(variable, 'http://127.0.0.1:9');
      onTestFinished(() => void vi.unstubAllEnvs());
      const { url } = await mirror();
      const { carryOut } = await port({ mirrorUrl: url });
      await carryOut(blob(), 0);
      expect(readFileSync(target())).toEqual(CONTENT);
    },
  );

  it('that is not what it should be is thrown away', async () => {
    const { url } = await mirror();
    leave(Buffer.alloc(150_000, 'x'));
    const { carryOut } = await port({ mirrorUrl: url });
    await expect(carryOut(blob(), 0)).rejects.toMatchObject({ code: 'ChecksumMismatch', details: { exitCode: 4 } });
    expect([target(), `${target()}.part`].filter(existsSync)).toEqual([]);

    await (await port({ place: { run: 1 }, mirrorUrl: url })).carryOut(blob(), 0);
    expect(readFileSync(target())).toEqual(CONTENT);
  });

  it('that the mirror lacks is a failed command, and leaves nothing', async () => {
    const { url } = await mirror();
    const { carryOut } = await port({ mirrorUrl: url });
    await expect(carryOut(blob('0'.repeat(64)), 0)).rejects.toMatchObject({ code: 'CommandFailed' });
    expect([target(), `${target()}.part`].filter(existsSync)).toEqual([]);
  });

  it('goes on after a connection that broke off', async () => {
    const asked: (string | undefined)[] = [];
    const url = await served(
      createServer(({ headers: { range } }, response) => {
        asked.push(range);
        const start = range === undefined ? 0 : Number(/\d+/.exec(range)?.[0]);
        const rest = { 'Content-Length': CONTENT.length - start };
        response.writeHead(start === 0 ? 200 : 206, {
          ...rest,
          'Content-Range': `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}`,
        });
        if (start > 0) response.end(CONTENT.subarray(start));
        else response.write(CONTENT.subarray(0, 100_000), () => response.destroy());
      }),
    );
    const first = await port({ mirrorUrl: url });
    await expect(first.carryOut(blob(), 0)).rejects.toMatchObject({ code: 'CommandFailed' });
    const again = await port({ place: { run: 1 }, mirrorUrl: url });
    await again.carryOut(blob(), 0);
    expect(readFileSync(target())).toEqual(CONTENT);
    expect(asked).toEqual([undefined, 'bytes=100000-']);
  });
});
