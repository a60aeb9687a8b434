import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sh } from '../../../../domain/command.ts';
import { Secret } from '../../../../domain/secret.ts';
import type { RunRequest } from '../../../../ssh/node-session.ts';
import { RUNNER_FILE } from '../../../../ssh/runner/runner-source.ts';
import { allLines } from '../../../store/samples.ts';
import { events, readLedger } from '../../../support/ledger.ts';
import { until } from '../../../support/until.ts';
import { folder, node, port, sessionWith, store } from './local-port.ts';

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
