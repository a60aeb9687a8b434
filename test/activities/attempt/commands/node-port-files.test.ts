import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Secret } from '../../../../domain/secret.ts';
import type { UploadAct } from '../../../../domain/step.ts';
import { openMirror } from '../../../../mirror/mirror.ts';
import { createMirrorServer } from '../../../../mirror/serve/serve.ts';
import type { RunRequest } from '../../../../ssh/node-session.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';
import { served } from '../../blob-server.ts';
import { folder, node, port, sessionWith } from './local-port.ts';

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

  it('that has gone bad in the mirror is moved aside there', async () => {
    const root = temporaryFolder();
    const held = openMirror(root);
    await held.addBlob(CONTENT);
    writeFileSync(held.blobPath(SHA256), Buffer.alloc(CONTENT.length, 'x'));
    const { carryOut, work } = await port({ mirrorUrl: await served(createMirrorServer(root)) });
    vi.spyOn(work.deps.mirror, 'findBlob').mockImplementation(held.findBlob);
    await expect(carryOut(blob(), 0)).rejects.toMatchObject({ code: 'ChecksumMismatch' });
    expect(existsSync(held.blobPath(SHA256))).toBe(false);
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
