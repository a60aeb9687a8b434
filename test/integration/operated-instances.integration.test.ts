// Over 200 lines, because its stories go on from one deploy, which a second file would have to make first.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { readRunLog } from './run-log.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type DeployView, stepsOf, type TestEngine } from './test-engine.ts';

const [CORE, FRONT] = [cluster.nodeAt(0), cluster.nodeAt(1)];
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;
const SUDO_LOG = '/var/log/sudo.log';
const NATS_PID = '/var/vcap/sys/run/nats/nats.pid';

const { properties } = cluster.clusterConfiguration();
const COMPONENTS = { nats: [FRONT], etcd: [CORE], loggregator: [CORE] };
const configuration = { components: COMPONENTS, properties };
const withDea = { components: { ...COMPONENTS, dea: [FRONT] }, properties };
// What is at once here does not wait for the patience with a silent node. Wrong passwords are shown on purpose.
const SETTINGS = { DEPLOYMENT_ENGINE_PATIENCE: '15m', DEPLOYMENT_ENGINE_PASSWORD_WINDOW: '3s' };

const pidOfNats = (): Promise<string> => cluster.onNode(FRONT, `cat ${NATS_PID}`);
/** Every file of every job with its time, in one digest. */
const filesOn = (address: string): Promise<string> =>
  cluster.onNode(
    address,
    `find -L /var/vcap/jobs /var/vcap/packages -type f -printf '%p %s %T@\\n' | sort | sha256sum`,
  );
/** Steps that have changed the node so far. */
const changesOf = async (address: string): Promise<string[]> =>
  (await cluster.ledgerOf(address)).filter(({ event }) => event === 'started').map(({ step }) => step);

const setPasswords = (address: string, { root, password }: { readonly root: string; readonly password: string }) =>
  cluster.onNode(address, `printf '%s\n' 'root:${root}' '${properties.user}:${password}' | chpasswd`);
/** Every change of the node by the update stage. */
const updatesOf = async (address: string) =>
  (await cluster.ledgerOf(address)).filter(({ instance, event }) => instance !== '-' && event === 'started');

interface Answer {
  readonly status: number;
  readonly body: {
    readonly run: number;
    readonly detail: string;
    readonly instances: readonly { readonly Comp: string; readonly Status: string; readonly Detail?: string }[];
  };
}

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `instances that are restarted and stopped${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let engine: TestEngine;

    /** As the document's curl sends it: no content type of JSON. */
    const put = async (operation: 'restart' | 'stop', words: object): Promise<Answer> => {
      const url = `${engine.base}/deployment-engine/${operation}`;
      const answer = await fetch(url, { method: 'PUT', body: JSON.stringify(words) });
      return { status: answer.status, body: (await answer.json()) as Answer['body'] };
    };
    const rows = async () =>
      Object.fromEntries(
        (await engine.status()).map((row) => [row.Comp, 'Detail' in row ? `${row.Status} ${row.Detail}` : row.Status]),
      );
    const untilRows = (wanted: Awaited<ReturnType<typeof rows>>, withinMs?: number): Promise<void> =>
      until(async () => JSON.stringify(await rows()) === JSON.stringify(wanted), JSON.stringify(wanted), withinMs);
    const ALL_RUN = { nats: 'RUNNING', etcd: 'RUNNING', loggregator: 'RUNNING' };
    const STOPPED = { ...ALL_RUN, etcd: 'DOWN stopped by operator', loggregator: 'DOWN stopped by operator' };

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '2');
      await Promise.all([CORE, FRONT].map((address) => cluster.setRootPassword(address)));
      await cluster.onNode(FRONT, `echo 'Defaults logfile=${SUDO_LOG}' >/etc/sudoers.d/log`);
      engine = await createTestEngine(temporaryFolder());
      await engine.start(SETTINGS);
      await engine.configure(configuration);
      const { run } = await engine.deploy();
      expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok' });
      await untilRows(ALL_RUN);
    }, COLD_MS);

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    it('restarts one instance, and changes no file and nothing else', async () => {
      const [pid, files, before] = [await pidOfNats(), await filesOn(FRONT), await changesOf(CORE)];
      const { status, body } = await put('restart', { Comp: 'nats', Ip: FRONT });
      expect(status).toBe(200);
      expect(body.instances).toEqual([{ Comp: 'nats', Ip: FRONT, Status: 'RUNNING' }]);
      expect(await pidOfNats()).not.toBe(pid);
      expect(await filesOn(FRONT)).toBe(files);
      expect(await changesOf(CORE)).toEqual(before);
      const log = await readRunLog(engine.base, body.run);
      expect(log.at(-1)?.line).toBe(`restart ${body.run} OK`);
    });

    it('keeps what is stopped from starting, over a reboot of its node and of the engine', async () => {
      const { status, body } = await put('stop', { ip: CORE });
      expect(status).toBe(200);
      expect(body.instances.map(({ Status, Detail }) => `${Status} ${Detail}`)).toEqual([
        'DOWN stopped by operator',
        'DOWN stopped by operator',
      ]);
      expect(await rows()).toEqual(STOPPED);

      await engine.stop();
      await cluster.nodes('reboot', CORE);
      await engine.start(SETTINGS);
      // monit has come up and has gone through its entries.
      await until(
        async () => (await cluster.onNode(CORE, 'grep -c "Starting Monit" /var/vcap/monit/monit.log')) >= '2',
        'monit runs again',
        60_000,
      );
      await until(
        async () =>
          (await cluster.onNode(CORE, '/var/vcap/bosh/bin/monit summary >/dev/null 2>&1 && echo yes || echo no')) ===
          'yes',
        'monit answers',
        60_000,
      );
      await untilRows(STOPPED, 60_000);
      const theirs = 'pgrep -c -f "vcap/(packages|jobs)/([e]tcd|[l]oggregator)/" || true';
      expect(await cluster.onNode(CORE, theirs)).toBe('0');
    }, 180_000);

    it('starts what was stopped with the next deploy, and says why beforehand', async () => {
      const plan = await engine.plan();
      const planned = plan.instances.map(({ id, change, reasons }) => ({ id, change, reasons }));
      expect(planned.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual([
        { id: 'etcd/0', change: 'changed', reasons: ['stopped by operator'] },
        { id: 'loggregator/0', change: 'changed', reasons: ['stopped by operator'] },
        { id: 'nats/0', change: 'untouched', reasons: [] },
      ]);
      const { run } = await engine.deploy();
      const view = await engine.ended(run);
      expect(view).toMatchObject({ outcome: 'ok' });
      expect(stepsOf(view).find(({ target, step }) => target === 'etcd/0' && step === 'start')?.reasons).toEqual([
        'stopped by operator',
      ]);
      await untilRows(ALL_RUN);
      expect((await engine.plan()).instances.every(({ change }) => change === 'untouched')).toBe(true);
    }, 120_000);

    const GIVEN_UP = '/var/vcap/bosh/bin/monit unmonitor nats && sleep 1 && kill -9 "$(cat nats.pid)"';
    const STRANGER = 'setsid sleep 4711 </dev/null >/dev/null 2>&1 & sleep 0.2; pgrep -n -x sleep >nats.pid';

    it.each([
      ['that monit does not watch any more', GIVEN_UP],
      ['whose pid file names a stranger', `${GIVEN_UP}; ${STRANGER}`],
      ['that runs outside of monit’s sight', '/var/vcap/bosh/bin/monit unmonitor nats && sleep 1 && rm nats.pid'],
    ])(
      'brings up one %s',
      async (_which, misfortune) => {
        await cluster.onNode(FRONT, `cd /var/vcap/sys/run/nats; ${misfortune}`);
        await until(async () => (await rows())['nats'] !== 'RUNNING', 'it is down');
        expect(await put('restart', { name: 'nats' })).toMatchObject({ status: 200 });
        expect(await cluster.onNode(FRONT, 'pgrep -f vcap/jobs/[n]ats/config/nats.conf')).toBe(await pidOfNats());
        await untilRows(ALL_RUN);
      },
      120_000,
    );

    it('has spared the stranger', async () => {
      expect(await cluster.onNode(FRONT, 'pgrep -c -f "sleep [4]711"')).toBe('1');
    });

    it('goes on with a restart whose worker is killed', async () => {
      const pid = await pidOfNats();
      const before = (await changesOf(FRONT)).length;
      const answer = put('restart', { name: 'nats' });
      await until(async () => (await changesOf(FRONT)).slice(before).includes('restart'), 'it is at work');
      await engine.kill('worker');
      expect(await answer).toMatchObject({ status: 200 });
      expect(await pidOfNats()).not.toBe(pid);
    }, 120_000);

    it('touches nothing where a node does not answer, and says which soon', async () => {
      await cluster.nodes('cut', CORE);
      const [pid, began] = [await pidOfNats(), Date.now()];
      const { status, body } = await put('restart', { name: 'all', Ip: '0.0.0.0' });
      expect(Date.now() - began).toBeLessThan(60_000);
      expect([status, body.detail.includes(CORE)]).toEqual([502, true]);
      expect(await pidOfNats()).toBe(pid);
      await cluster.nodes('heal', CORE);
    }, 120_000);

    describe('whose nodes the survey cannot read', () => {
      it('stops and starts nothing that is as wanted once a wrong password is corrected', async () => {
        await setPasswords(CORE, { root: 'not-this', password: 'nor-this' });
        const before = await updatesOf(CORE);
        const plan = await engine.plan();
        expect(plan.nodes.find(({ address }) => address === CORE)).toMatchObject({ change: 'unreachable' });
        expect(new Set(plan.instances.map(({ change }) => change))).toEqual(new Set(['untouched']));

        const { run } = await engine.deploy();
        expect(await engine.parked(run, 120_000)).toMatchObject({ target: CORE, step: 'connect' });
        await setPasswords(CORE, properties);
        await engine.resolve(run, { action: 'retry' });
        const view = await engine.ended(run);
        expect(['ok', 'unchanged']).toContain(view.outcome);
        expect(stepsOf(view).filter(({ target }) => target.includes('/'))).toEqual([]);
        expect(await updatesOf(CORE)).toEqual(before);
      });

      it('installs one dea more at once while the node with the loggregator is cut off', async () => {
        await cluster.nodes('cut', CORE);
        await engine.configure(withDea);
        const plan = await engine.plan();
        expect(plan.nodes.find(({ address }) => address === CORE)?.steps).toEqual([
          { name: 'connect', reasons: ['does not answer; looked at when it does'] },
        ]);
        const { run } = await engine.deploy();
        const isAt = (target: string, step: string, state: string) => (view: DeployView) =>
          stepsOf(view).some((each) => each.target === target && each.step === step && each.state === state);
        await engine.runWhen(run, 'dea/0 is started', isAt('dea/0', 'start', 'done'), COLD_MS);
        // On a fast machine the dea may be up before the first attempt to connect has failed.
        await engine.runWhen(run, `${CORE} is asked again`, isAt(CORE, 'connect', 'retrying'));

        const before = await updatesOf(CORE);
        await cluster.nodes('heal', CORE);
        expect(await engine.ended(run)).toMatchObject({ outcome: 'ok' });
        expect(await updatesOf(CORE)).toEqual(before);
        await until(async () => (await engine.status()).every(({ Status }) => Status === 'RUNNING'), 'all run');
      });
    });

    describe('whose accounts the operator changes', () => {
      let posted = properties;

      const post = async (changed: Partial<typeof properties>): Promise<void> => {
        posted = { ...posted, ...changed };
        await engine.configure({ components: withDea.components, properties: posted });
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
          FRONT,
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
          expect(await wrongPasswords()).toEqual([]);

          await post({ password: 'third-canary-3' });
          const { run } = await engine.deploy();
          await engine.cancel(run).catch(() => undefined); // it may have ended
          await engine.ended(run);
          expect(['ok', 'unchanged']).toContain(await deploy({ password: 'first-canary-1' }));
          await hasPassword('vcap', 'first-canary-1');
          // Where the cancel came while a password was being set, only a try tells which one holds.
          expect((await wrongPasswords()).length).toBeLessThanOrEqual(1);
        },
        COLD_MS * 2,
      );

      it(
        'are found by a worker that has never been there',
        async () => {
          await engine.stop();
          await engine.start(SETTINGS);
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
          await Promise.all([CORE, FRONT].map((address) => cluster.setRootPassword(address, 'other-root-canary')));
          expect(['ok', 'unchanged']).toContain(await deploy({ root: 'other-root-canary' }));
          expect(await deploy({ user: 'operator' })).toBe('ok');
          await hasPassword('operator', 'fourth-canary-4');
          await cluster.onNode(FRONT, 'id vcap && pgrep -u vcap -f nats');
          expect(['ok', 'unchanged']).toContain(await deploy({ user: 'vcap' }));
        },
        COLD_MS,
      );

      it(
        'whose sudo wants a terminal are allowed to work without one',
        async () => {
          await cluster.onNode(FRONT, `echo 'Defaults requiretty' >/etc/sudoers.d/terminal`);
          expect(await deploy({})).toBe('ok');
          await cluster.onNode(FRONT, `grep -rq 'Defaults:vcap !requiretty' /etc/sudoers.d`);
          expect(await deploy({})).toBe('unchanged');
        },
        COLD_MS,
      );

      it(
        'that have expired are named, with what helps',
        async () => {
          await cluster.onNode(FRONT, 'chage -d 0 vcap; chage -E 0 root');
          // An open connection goes on as before.
          await engine.stop();
          await engine.start(SETTINGS);
          const parked = await deploy({});
          expect(parked).toContain('AuthenticationFailed');
          expect(parked).toContain('the password of vcap has expired');
          expect(parked).toContain('the account root has expired');
        },
        COLD_MS,
      );

      /** What sudo was given and refused. */
      const wrongPasswords = async (): Promise<string[]> => {
        const log = await cluster.onNode(FRONT, `cat ${SUDO_LOG} 2>/dev/null || true`);
        return log.split('\n').filter((line) => line.includes('incorrect password'));
      };
    });
  },
);
