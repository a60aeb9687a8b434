import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const ADDRESS = cluster.nodeAt(0);
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;
const SUDO_LOG = '/var/log/sudo.log';

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)('accounts that the operator changes', () => {
  let engine: TestEngine;
  let properties = cluster.clusterConfiguration().properties;

  beforeAll(async () => {
    await cluster.nodes('down', '--wipe');
    await cluster.nodes('up', '1');
    await cluster.setRootPassword(ADDRESS);
    await cluster.onNode(ADDRESS, `echo 'Defaults logfile=${SUDO_LOG}' >/etc/sudoers.d/log`);
    engine = await createTestEngine(temporaryFolder());
    await engine.start();
  });

  afterAll(async () => {
    await engine?.stop();
    await cluster.nodes('down', '--wipe');
  });

  const post = async (changed: Partial<typeof properties>): Promise<void> => {
    properties = { ...properties, ...changed };
    await engine.configure({ components: { nats: [ADDRESS] }, properties });
  };
  const deploy = async (changed: Partial<typeof properties>): Promise<string | null> => {
    await post(changed);
    const { run } = await engine.deploy();
    const { outcome, parked } = await engine.runWhen(
      run,
      'it ends or parks',
      ({ outcome: ended, state }) => ended !== null || state === 'parked',
      COLD_MS,
    );
    return outcome ?? JSON.stringify(parked);
  };
  const hasPassword = (account: string, password: string) =>
    cluster.onNode(
      ADDRESS,
      `A=${account} P=${password} perl -e 'my $hash = (getpwnam $ENV{A})[1]; exit(crypt($ENV{P}, $hash) ne $hash)'`,
    );

  it(
    'are followed there and back, with a cancelled run in between, by the same worker',
    async () => {
      expect(await deploy({ password: 'first-canary-1' })).toBe('ok');
      expect(await deploy({ password: 'second-canary-2' })).toBe('ok');
      await hasPassword('vcap', 'second-canary-2');
      expect(await deploy({ password: 'first-canary-1' })).toBe('ok');
      await hasPassword('vcap', 'first-canary-1');

      await post({ password: 'third-canary-3' });
      const { run } = await engine.deploy();
      await engine.cancel(run).catch(() => undefined); // it may have ended
      await engine.ended(run);
      expect(['ok', 'unchanged']).toContain(await deploy({ password: 'first-canary-1' }));
      await hasPassword('vcap', 'first-canary-1');
      expect(await wrongPasswords()).toEqual([]);
    },
    COLD_MS * 2,
  );

  it(
    'are found by a worker that has never been there',
    async () => {
      await engine.stop();
      await engine.start();
      expect(await deploy({ password: 'fourth-canary-4' })).toBe('ok');
      await hasPassword('vcap', 'fourth-canary-4');
      expect((await wrongPasswords()).length).toBeLessThanOrEqual(2);
      expect(await deploy({})).toBe('unchanged');
    },
    COLD_MS,
  );

  it(
    'may have another root password and another user',
    async () => {
      await cluster.setRootPassword(ADDRESS, 'other-root-canary');
      expect(['ok', 'unchanged']).toContain(await deploy({ root: 'other-root-canary' }));
      expect(await deploy({ user: 'operator' })).toBe('ok');
      await hasPassword('operator', 'fourth-canary-4');
      await cluster.onNode(ADDRESS, 'id vcap && pgrep -u vcap -f nats');
      expect(['ok', 'unchanged']).toContain(await deploy({ user: 'vcap' }));
    },
    COLD_MS,
  );

  it(
    'whose sudo wants a terminal are allowed to work without one',
    async () => {
      await cluster.onNode(ADDRESS, `echo 'Defaults requiretty' >/etc/sudoers.d/terminal`);
      expect(await deploy({})).toBe('ok');
      await cluster.onNode(ADDRESS, `grep -rq 'Defaults:vcap !requiretty' /etc/sudoers.d`);
      expect(await deploy({})).toBe('unchanged');
    },
    COLD_MS,
  );

  it(
    'that have expired are named, with what helps',
    async () => {
      await cluster.onNode(ADDRESS, 'chage -d 0 vcap; chage -E 0 root');
      // An open connection goes on as before.
      await engine.stop();
      await engine.start();
      const parked = await deploy({});
      expect(parked).toContain('AuthenticationFailed');
      expect(parked).toContain('the password of vcap has expired');
      expect(parked).toContain('the account root has expired');
    },
    COLD_MS,
  );

  /** What sudo was given and refused. */
  const wrongPasswords = async (): Promise<string[]> => {
    const log = await cluster.onNode(ADDRESS, `cat ${SUDO_LOG} 2>/dev/null || true`);
    return log.split('\n').filter((line) => line.includes('incorrect password'));
  };
});
