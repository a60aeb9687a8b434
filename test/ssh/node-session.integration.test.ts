// Over 200 lines, because a second file would set up the same node once more.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sh } from '../../domain/command.ts';
import { Secret } from '../../domain/secret.ts';
import type { Identity } from '../../ssh/connect/identity.ts';
import { type Connections, createConnections } from '../../ssh/connections.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import { commandKey } from '../../ssh/runner/key.ts';
import { createIdentity } from '../support/create-identity.ts';
import { createKnownHosts } from '../support/known-hosts.ts';
import { events, parseLedger } from '../support/ledger.ts';
import { ensureNodes, nodes } from '../support/nodes.ts';
import { FENCE, runRequest } from '../support/run-request.ts';
import { until } from '../support/until.ts';

// The last two of seven: the first ones belong to the demo and to other tests.
const [ADDRESS = '', SECOND = ''] = (await ensureNodes(7)).slice(5);

const PASSWORD = new Secret('user_password', 'pass $word\'s "canary"');
const LOGIN = { user: 'deploy', password: PASSWORD, rootPassword: new Secret('root_password', '123456') };
const ROOT = { ...LOGIN, user: 'root', password: LOGIN.rootPassword };
const KNOWN_HOSTS = createKnownHosts();

let identity: Identity;
let connections: Connections;
let root: NodeSession;

const connect = () => createConnections({ identity, hostKeys: KNOWN_HOSTS });
const ledger = async () => parseLedger(await nodes('ledger', ADDRESS));

describe.skipIf(ADDRESS === '')('a real node', () => {
  beforeAll(async () => {
    identity = await createIdentity();
  });
  beforeEach(async () => {
    connections = connect();
    root = await connections.node(ADDRESS, ROOT, 'anyone');
    await nodes('sh', ADDRESS, 'sh', '-c', 'rm -rf /var/lib/deployment-engine /tmp/trace /tmp/gate');
    await root.installRunner(FENCE);
  });
  afterEach(() => connections.close());
  afterAll(async () => {
    await nodes(
      'sh',
      ADDRESS,
      'sh',
      '-c',
      'userdel -rf deploy; rm -rf /etc/sudoers.d/deploy /var/lib/deployment-engine',
    );
  });

  it('starts one process for 50 equal requests over two connections', async () => {
    const other = connect();
    const second = await other.node(ADDRESS, ROOT, 'anyone');
    const request = runRequest({ command: sh`echo run >>/tmp/trace; sleep 2` });
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? root : second).run(request)),
    );
    await other.close();
    expect(results.every(({ exitCode }) => exitCode === 0)).toBe(true);
    expect(results.filter(({ attached }) => !attached)).toHaveLength(1);
    expect((await ledger()).filter(({ event }) => event === 'started')).toHaveLength(1);
    expect((await root.read(sh`cat /tmp/trace`)).stdout).toBe('run\n');
  });

  it('tells a job that a restart of the node has ended', async () => {
    const request = runRequest({ command: sh`echo up; sleep 600` });
    const watch = root.run(request).catch((error: unknown) => error);
    await until(async () => (await root.poll(commandKey(request))).size === 3, 'the command runs');
    await nodes('reboot', ADDRESS);
    expect(await watch).toMatchObject({ code: 'ConnectionLost' });
    expect(await root.poll(commandKey(request))).toMatchObject({ state: 'died', exitCode: undefined });

    await root.run(runRequest({ step: 'start' }));
    expect(events(await ledger())).toBe('started, ended null, started, ended 0');
  });

  it('attaches again after the network was cut, and starts nothing twice', async () => {
    const command = sh`echo run >>/tmp/trace; echo one; while [ ! -e /tmp/gate ]; do sleep 0.1; done; echo two`;
    const request = runRequest({ command, timeoutMs: 120_000 });
    let heard = { startedAt: 0, offset: 0 };
    const watch = root.run({
      ...request,
      onOutput: (chunk, start, startedAt) => void (heard = { startedAt, offset: start + chunk.length }),
    });
    const lost = expect(watch).rejects.toMatchObject({ code: 'ConnectionLost' });
    await until(() => heard.offset === 4, 'the first line came');

    await nodes('cut', ADDRESS);
    const cut = performance.now();
    await lost;
    expect(performance.now() - cut).toBeLessThan(30_000);
    await expect(root.run(request)).rejects.toMatchObject({ code: 'NodeUnreachable' });
    await nodes('heal', ADDRESS);

    const again = root.run({ ...request, heard });
    await until(async () => (await ledger()).some(({ event }) => event === 'attached'), 'attached');
    await nodes('sh', ADDRESS, 'touch', '/tmp/gate');
    expect(await again).toMatchObject({ exitCode: 0, attached: true, tail: 'two\n' });
    expect((await root.read(sh`cat /tmp/trace`)).stdout).toBe('run\n');
  });

  it('attaches from a new process after the one that started it was killed', async () => {
    const program = fileURLToPath(new URL('programs/run-and-wait.ts', import.meta.url));
    const worker = spawn(process.execPath, [program, ADDRESS], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(worker.stdout, 'data');
    worker.kill('SIGKILL');
    await once(worker, 'exit');

    const { RUN_AND_WAIT } = await import('./programs/run-and-wait-request.ts');
    const again = root.run(RUN_AND_WAIT);
    await until(async () => (await ledger()).some(({ event }) => event === 'attached'), 'attached');
    await nodes('sh', ADDRESS, 'touch', '/tmp/gate');
    expect(await again).toMatchObject({ exitCode: 0, attached: true });
    expect(events(await ledger())).toBe('started, attached, ended 0');
  });

  it('streams output byte for byte while it is written', async () => {
    const received: Uint8Array[] = [];
    const command = sh`
      i=0
      while [ $i -lt 200 ]; do
        head -c 7001 /dev/urandom | tee -a /tmp/trace
        i=$((i+1))
      done`;
    await root.run(runRequest({ command, onOutput: (chunk) => void received.push(chunk) }));
    const written: Uint8Array[] = [];
    for await (const chunk of root.readFile('/tmp/trace')) written.push(chunk);
    expect(Buffer.concat(written).length).toBe(200 * 7001);
    expect(Buffer.concat(received).equals(Buffer.concat(written))).toBe(true);
  });

  it('fetches a file of 30 MB', async () => {
    await root.run(runRequest({ long: false, command: sh`head -c 31457280 /dev/urandom >/tmp/trace` }));
    const hash = createHash('sha256');
    for await (const chunk of root.readFile('/tmp/trace')) hash.update(chunk);
    const { stdout } = await root.read(sh`sha256sum </tmp/trace`);
    expect(stdout.slice(0, 64)).toBe(hash.digest('hex'));
  });

  describe('as a user who must use sudo', () => {
    const rights = (line: string) =>
      root.run(
        runRequest({
          long: false,
          position: 1e9,
          command: sh`
            id deploy >/dev/null 2>&1 || useradd --create-home --shell /bin/bash deploy
            echo ${'deploy:'}${PASSWORD} | chpasswd
            echo 'echo noise; echo noise >&2' >~deploy/.bashrc
            echo ${line} >/etc/sudoers.d/deploy`,
        }),
      );

    it.each([
      ['asks for the password', 'deploy ALL=(ALL) ALL'],
      ['asks nothing', 'deploy ALL=(ALL) NOPASSWD: ALL'],
    ])('works with a sudo that %s, and passes the password on to nobody', async (_, line) => {
      expect(await rights(line)).toMatchObject({ exitCode: 0 });
      const user = await connections.node(ADDRESS, LOGIN, 'user');
      expect(user.account).toBe('deploy');
      expect(await user.read(sh`id -u; cat`)).toMatchObject({ stdout: '0\n', stderr: '', exitCode: 0 });

      const canary = new Secret('canary', 'canary-4711');
      const stdin = Buffer.from('input');
      const request = { long: false, command: sh`cat; printf %s ${canary} | wc -c; ps -eww -o args; env`, stdin };
      const { tail, exitCode } = await user.run(runRequest(request));
      expect(exitCode).toBe(0);
      expect(tail).toMatch(/^input11\n/);
      expect(tail).not.toContain('canary-4711');
      const everywhere = sh`grep -rE 'canary-4711|pass .word' /var/lib/deployment-engine /dev/shm || echo nowhere`;
      expect((await user.read(everywhere)).stdout).toBe('nowhere\n');
      expect(tail).not.toMatch(/pass \$word/);
      expect((await user.run(runRequest({ command: sh`cat; echo done` }))).tail).toBe('done\n');
    });

    it('leaves no way to use sudo without the password', async () => {
      await rights('deploy ALL=(ALL) ALL');
      const user = await connections.node(ADDRESS, LOGIN, 'user');
      await user.read(sh`true`);
      const { stdout } = await user.read(sh`su deploy -c 'sudo -n true' 2>/dev/null && echo open || echo shut`);
      expect(stdout).toContain('shut');
    });

    it('says that sudo refuses', async () => {
      await rights('# nothing');
      const user = await connections.node(ADDRESS, LOGIN, 'user');
      await expect(user.read(sh`true`)).rejects.toMatchObject({
        code: 'AuthenticationFailed',
        message: expect.stringContaining('sudo'),
      });
    });

    it('uses our key once it is there', async () => {
      await rights('deploy ALL=(ALL) ALL');
      await root.run(
        runRequest({
          long: false,
          step: 'ensureUser',
          command: sh`
            mkdir -p ~deploy/.ssh
            cat >~deploy/.ssh/authorized_keys
            chown -R deploy ~deploy/.ssh
            chmod -R go= ~deploy/.ssh`,
          stdin: Buffer.from(`${identity.publicKey}\n`),
        }),
      );
      const wrong = { ...LOGIN, password: new Secret('user_password', 'wrong') };
      expect((await connections.node(ADDRESS, wrong, 'user')).account).toBe('deploy');
    });
  });

  it('answers for both nodes at once', async () => {
    const second = await connections.node(SECOND, ROOT, 'anyone');
    const answers = await Promise.all([root, second].map((session) => session.read(sh`hostname`)));
    expect(new Set(answers.map(({ stdout }) => stdout)).size).toBe(2);
  });
});
