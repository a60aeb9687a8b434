// Over 200 lines, because its stories go on from one deploy, which a second file would have to make first.
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseSettings } from '../../domain/schemas/settings.ts';
import type { StepName } from '../../domain/steps.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { cfLite170 } from '../../domain/versions/cf-lite.ts';
import { mirrorRoot } from '../../mirror/location.ts';
import { checkCluster } from '../../sample/cluster-check.ts';
import { DOMAIN } from '../../sample/demo/layout.ts';
import { openStore } from '../../store/open-store.ts';
import { type LedgerLine, startedTwice } from '../support/ledger.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { watchCommandLines } from './command-lines.ts';
import { readHistories } from './histories.ts';
import { readRunLog } from './run-log.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type DeployView, stepsOf, type TestEngine } from './test-engine.ts';
import { inBrowser, readCurrentDetails, reasonWithoutBrowser, sendResolve } from './web-ui.ts';

const [FIRST = '', SECOND = '', THIRD = '', FOURTH = ''] = cluster.CLUSTER;
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;
// What takes seconds, on a machine that is busy with something else.
const SURELY_MS = 120_000;

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `deploys with faults${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let engine: TestEngine;
    let commandLines = '';

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '5');
      await Promise.all(cluster.CLUSTER.map((address) => cluster.setRootPassword(address)));
      engine = await createTestEngine(temporaryFolder());
      await engine.start();
    });

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    const ownLog = (name: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${engine.base}/deployment-engine/download`, { method: 'PUT', body: name, headers });

    it(
      'says before anything is posted what would stop a deploy, and leaves no trace',
      async () => {
        const dead = cluster.nodeAt(17);
        const { components, properties } = cluster.clusterConfiguration();
        const candidate = { components: { ...components, nats: [...components.nats, dead] }, properties };
        await cluster.onNode(THIRD, 'mount -t tmpfs -o ro none /home');
        const first = await engine.preflight(candidate);
        await cluster.onNode(THIRD, 'umount /home');
        const stops = (report: typeof first) =>
          report.nodes
            .flatMap(({ findings }) => findings)
            .filter(({ severity }) => severity === 'stops')
            .map(({ where, check }) => `${inEnglish(where)} ${check}`)
            .toSorted();
        expect(stops(first)).toEqual([`${THIRD} mounts`, `${dead} reach`].toSorted());
        const again = await engine.preflight(candidate);
        expect(stops(again)).toEqual([`${dead} reach`]);
        const keys = again.nodes.filter(({ address }) => address !== dead).map(({ hostKey }) => hostKey);
        expect(keys).toEqual(keys.map(() => ({ fingerprint: expect.stringMatching(/^SHA256:/), isPinned: false })));
        expect((await ledgers()).flat()).toEqual([]);
      },
      SURELY_MS,
    );

    it(
      'does nothing twice when worker, mirror, Temporal, gateway and supervisor are killed one after the other',
      async () => {
        const watched = watchCommandLines();
        await engine.configure(cluster.clusterConfiguration());
        const { nodes, instances } = await engine.plan();
        expect(new Set(nodes.map(({ change }) => change))).toEqual(new Set(['added']));
        expect(instances.map(({ change, reasons: [first] }) => [change, first])).toEqual(
          instances.map(() => ['added', 'not installed']),
        );
        const { run } = await engine.deploy();
        const reached = (step: StepName, howOften = 1) =>
          engine.runWhen(run, `${step} begins`, (view) => begun(view, step) >= howOften, COLD_MS);

        await reached('installRuntimePackages');
        await engine.kill('worker');
        const { address, goOn } = await freezeSecondCommandOfRuby();
        await engine.kill('worker');
        await until(
          async () => (await cluster.ledgerOf(address)).some(isAttachedToRuby),
          'it is attached again',
          SURELY_MS,
        );
        await goOn();
        await reached('installMonit');
        await engine.kill('temporal');
        await reached('compilePackages', 2);
        await engine.kill('mirror');
        await reached('start');
        await engine.kill('api');
        await reached('start', 5);
        await engine.killSupervisor();
        await engine.start();
        const { outcome, reason: why } = await engine.ended(run, COLD_MS);
        commandLines = watched.stop();
        expect({ outcome, why }).toEqual({ outcome: 'ok', why: null });

        expect((await ledgers()).flatMap(startedTwice)).toEqual([]);
        await until(async () => (await engine.status()).every(({ Status }) => Status === 'RUNNING'), 'all run');
        const { password } = await engine.credentials();
        const { page } = await checkCluster({ haproxy: FIRST, domain: DOMAIN, adminPassword: password });
        expect(page).toContain('hello');
      },
      COLD_MS * 2,
    );

    it('changes nothing when everything is as wanted, and plans nothing', async () => {
      const before = await ledgers();
      const { nodes, instances } = await engine.plan();
      expect(new Set([...nodes, ...instances].map(({ change }) => change))).toEqual(new Set(['untouched']));
      const { run } = await engine.deploy();
      expect(await engine.ended(run)).toMatchObject({ outcome: 'unchanged', nodes: [], instances: [] });
      const log = await readRunLog(engine.base, run);
      expect(log.at(-1)).toMatchObject({ stream: 'local', line: expect.stringMatching(`^deploy ${run} OK`) });
      expect(await ledgers()).toEqual(before);
    });

    it('finds nothing in the way of a deploy of what is deployed, and names the machines', async () => {
      const before = await ledgers();
      const { ok, nodes } = await engine.preflight();
      expect(nodes.flatMap(({ findings }) => findings).filter(({ severity }) => severity === 'stops')).toEqual([]);
      expect({ ok, pinned: nodes.map(({ hostKey }) => hostKey?.isPinned) }).toEqual({
        ok: true,
        pinned: cluster.CLUSTER.map(() => true),
      });
      expect(await engine.hardware(`Comp=haproxy&Ip=${FIRST}`)).toMatchObject({
        Comp: 'haproxy',
        IP: FIRST,
        DISK: nodes.find(({ address }) => address === FIRST)?.hardware?.DISK,
      });
      expect(await ledgers()).toEqual(before);
    });

    it('plans another configuration without touching a node: what is new, and who has to know of it', async () => {
      const before = await ledgers();
      const { components, properties } = cluster.clusterConfiguration();
      const nats = [...(components.nats ?? []), cluster.FRESH];
      const { revision, instances, nodes } = await engine.plan({ components: { ...components, nats }, properties });
      expect(revision).toBe(2);
      expect(instances.find(({ address }) => address === cluster.FRESH)).toMatchObject({
        id: 'nats/2',
        change: 'added',
      });
      expect(nodes.find(({ address }) => address === cluster.FRESH)?.change).toBe('unreachable');
      const users = instances.filter(({ reasons }) => reasons.includes('properties: nats.machines'));
      expect(users.map(({ id }) => id)).toEqual(expect.arrayContaining(['nats/0', 'gorouter/0', 'dea/0']));
      expect(users.map(({ change }) => change)).toEqual(users.map(() => 'changed'));
      expect(instances.find(({ id }) => id === 'haproxy/0')?.change).toBe('untouched');
      expect(await ledgers()).toEqual(before);
      expect((await engine.plan()).revision).toBe(1);
    });

    it('keeps secrets out of log, histories, command lines and mirror, and loses no line of the log', async () => {
      const secrets = await secretsOf(engine);
      const log = await readRunLog(engine.base, 1);
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
      expect(log.at(-1)?.line).toBe('deploy 1 OK');
      expect(found(secrets, log.map(({ line }) => line).join('\n'))).toEqual([]);

      const { workflows, text } = await readHistories(engine.temporalAddress);
      expect(workflows.filter((id) => id.startsWith('cluster/cf/1/node/'))).toHaveLength(cluster.CLUSTER.length);
      expect(['installJob', FIRST].filter((word) => !text.includes(word))).toEqual([]);
      expect(found(secrets, text)).toEqual([]);

      expect(commandLines.includes('nise-bosh')).toBe(true);
      expect(found(secrets, commandLines)).toEqual([]);
      expect(filesWith(secrets, mirrorRoot(parseSettings(process.env)))).toEqual([]);
    });

    it('shows what an instance has logged itself, without secrets and without what a link among its logs leads to', async () => {
      const logs = '/var/vcap/sys/log/gorouter';
      const [secret = ''] = cluster.POSTED_SECRETS;
      await cluster.onNode(
        SECOND,
        `echo 'password: ${secret}' >${logs}/canary.log; ln -s /etc/shadow ${logs}/link.log; ln -s /etc ${logs}/folder`,
      );
      const answer = await ownLog('gorouter_0.run.log');
      const text = await answer.text();
      await cluster.onNode(SECOND, `rm ${logs}/canary.log ${logs}/link.log ${logs}/folder`);
      expect(text).toContain(`==> ${logs}/canary.log <==\npassword: ********\n`);
      expect(text).not.toMatch(/link\.log|folder|^root:/m);
      const part = await ownLog('gorouter_0.run.log', {
        Range: 'bytes=0-9',
        'If-Range': answer.headers.get('etag') ?? '',
      });
      expect([part.status, await part.text()]).toEqual([206, text.slice(0, 10)]);
    });

    it('repairs exactly the two instances that drifted, and says why', async () => {
      const file = await cluster.onNode(
        FOURTH,
        `awk '$2 ~ /config/ {print $2; exit}' /var/vcap/bosh/instances/collector_0/installed.sha256`,
      );
      await cluster.onNode(FOURTH, `rm ${file}`);
      await stop(SECOND, 'nats_1');
      const { run } = await engine.deploy();
      const { outcome, nodes, instances } = await engine.ended(run);
      expect({ outcome, nodes }).toEqual({ outcome: 'ok', nodes: [] });
      expect(Object.fromEntries(instances.map(({ id, reasons }) => [id, reasons[0]]))).toEqual({
        'nats/1': expect.stringMatching(/^down: .*not monitored/),
        'collector/0': `files drifted: ${file}`,
      });
      expect(await cluster.onNode(FOURTH, `wc -c <${file}`)).not.toBe('0');
      const changed = (await ledgers()).flat().filter((line) => line.run === run);
      expect(new Set(changed.map(({ instance }) => instance))).toEqual(new Set(['nats/1', 'collector/0']));
    });

    it('finds that a role cannot log in although everything runs, and mends it', async () => {
      const psql = '/var/vcap/packages/postgres/bin/psql -q -U vcap -p 5524 -d postgres';
      await cluster.onNode(THIRD, `${psql} -c 'alter role uaaadmin nologin'`);
      const { run } = await engine.deploy();
      const { outcome, instances } = await engine.ended(run);
      expect({ outcome, instances: instances.map(({ id, reasons }) => [id, reasons]) }).toEqual({
        outcome: 'ok',
        instances: [['database/0', ['database roles: role uaaadmin cannot log in']]],
      });
      expect(
        await cluster.onNode(THIRD, `${psql} -A -t -c "select rolcanlogin from pg_roles where rolname = 'uaaadmin'"`),
      ).toBe('t');
    });

    it('goes on after the engine was stopped in the middle of a deploy', async () => {
      await cluster.onNode(THIRD, 'rm /var/vcap/bosh/instances/*/installed');
      const { run } = await engine.deploy();
      await engine.runWhen(run, 'the first job is installed', (view) => begun(view, 'start') > 0);
      expect(await engine.stop()).toBe(0);
      await engine.start();
      const { outcome, instances } = await engine.ended(run);
      expect({ outcome, instances: instances.map(({ id }) => id).toSorted() }).toEqual({
        outcome: 'ok',
        instances: ['database/0', 'etcd/0', 'nfs_server/0', 'syslog_aggregator/0'],
      });
      expect(startedTwice(await cluster.ledgerOf(THIRD))).toEqual([]);
    });

    it('finishes everywhere else while a node is cut off, parks it when patience is over, and goes on when it is back', async () => {
      await stop(SECOND, 'login_0');
      await stop(FOURTH, 'collector_0');
      await cluster.nodes('cut', SECOND);
      const { run } = await engine.deploy();
      const unreachable = (view: DeployView): boolean =>
        stepsOf(view).some(
          ({ target, state, error }) => target === SECOND && state === 'retrying' && error?.code === 'NodeUnreachable',
        );
      await engine.runWhen(run, `${SECOND} is retrying`, unreachable);
      await engine.runWhen(run, 'collector/0 runs', (view) => ended(view, 'collector/0', 'start'));
      expect(await engine.parked(run, SURELY_MS)).toMatchObject({ target: SECOND, code: 'NodeUnreachable' });
      expect((await ownLog('gorouter_0.run.log')).status).toBe(502);
      await cluster.nodes('heal', SECOND);
      await engine.resolve(run, { action: 'retry' });
      expect(await engine.ended(run)).toMatchObject({ outcome: 'ok', reason: null });
    });

    it('ends what runs on the node when it is cancelled', async () => {
      // monit can start nats as often as it likes: its port is taken, so that the step lasts to its deadline.
      await stop(SECOND, 'nats_1');
      await cluster.onNode(
        SECOND,
        `setsid perl -MIO::Socket::INET -e 'my $port = IO::Socket::INET->new(LocalPort => 4222, Listen => 1, ReuseAddr => 1) or die; sleep' \
        >/dev/null 2>&1 & echo $! >/tmp/squatter`,
      );
      const { run } = await engine.deploy();
      const isStarting = async () =>
        (await cluster.ledgerOf(SECOND)).some((line) => line.run === run && line.step === 'start');
      await until(isStarting, 'the start begins on the node', SURELY_MS);
      await engine.cancel(run);
      expect(await engine.ended(run)).toMatchObject({ outcome: 'cancelled' });
      expect((await readRunLog(engine.base, run)).at(-1)?.line).toBe(`deploy ${run} CANCELLED`);
      const lines = (await cluster.ledgerOf(SECOND)).filter((line) => line.run === run);
      expect(unended(lines)).toEqual([]);
      expect(await cluster.onNode(SECOND, 'ps -eo args')).not.toMatch(/bin\/instance start|runner.* supervise/);
      await cluster.onNode(SECOND, 'kill "$(cat /tmp/squatter)"');
      const { run: next } = await engine.deploy();
      // monit, told to start nats, may have been faster.
      expect(['ok', 'unchanged']).toContain((await engine.ended(next)).outcome);
    });

    describe('on a node that no engine has touched', () => {
      let small: TestEngine;

      beforeAll(async () => {
        small = await createTestEngine(temporaryFolder());
        await small.start();
      });

      afterAll(async () => {
        await small?.stop();
      });

      const parkedWith = async (...properties: Parameters<typeof cluster.smallConfiguration>) => {
        await small.configure(await cluster.smallConfiguration(...properties));
        const { run } = await small.deploy();
        return { run, step: await small.parked(run, SURELY_MS) };
      };

      it('parks when root cannot get in, goes on with the right password, and joins the cluster', async () => {
        const { run, step } = await parkedWith();
        expect(step).toMatchObject({ target: cluster.FRESH, step: 'connect', code: 'AuthenticationFailed' });
        expect(step.message).toContain('PermitRootLogin');
        await cluster.setRootPassword(cluster.FRESH);
        await small.resolve(run, { action: 'retry' });
        expect(await small.ended(run)).toMatchObject({ outcome: 'ok' });
        // Its client takes the buses in an order of its own.
        const { nats } = cluster.clusterConfiguration().components;
        const log = await cluster.onNode(cluster.FRESH, 'cat /var/vcap/sys/log/dea*/*.log');
        expect(nats).toContain(/connected to the bus at ([\d.]+):/.exec(log)?.[1]);
      });

      it('parks on a disk that is too small, and is incomplete when that is given up', async () => {
        const { run, step } = await parkedWith({ disksize: 99_999 });
        expect(step).toMatchObject({ target: cluster.FRESH, step: 'checkDisk', code: 'DiskTooSmall' });
        await small.resolve(run, { action: 'abort' });
        const { outcome, reason: why } = await small.ended(run);
        expect(outcome).toBe('incomplete');
        expect(why).toContain('99999');
      });

      it.skipIf(reasonWithoutBrowser !== undefined)(
        titled('is resolved in the Temporal Web UI', reasonWithoutBrowser),
        async () => {
          const { run } = await parkedWith({ disksize: 99_998 });
          const { temporal } = await small.run(run);
          const timeline = `${small.base}${temporal}`;
          await inBrowser(async (page) => {
            const details = await readCurrentDetails(page, timeline);
            await page.screenshot({ path: join(small.dataDir, 'current-details.png') });
            expect(details).toContain('1 parked');
            expect(details).toContain('DiskTooSmall');
            expect(details).toContain('Send an Update');
            await sendResolve(page, timeline, { action: 'skip' });
            await page.screenshot({ path: join(small.dataDir, 'resolved.png') });
          });
          expect(await small.ended(run)).toMatchObject({
            outcome: 'incomplete',
            reason: `${cluster.FRESH}: skipped checkDisk`,
          });
        },
        120_000,
      );
    });
  },
);

function titled(title: string, reasonToLeaveOut: string | undefined): string {
  return reasonToLeaveOut === undefined ? title : `${title} (left out: ${reasonToLeaveOut})`;
}

const ledgers = (): Promise<LedgerLine[][]> => Promise.all(cluster.CLUSTER.map(cluster.ledgerOf));

const stop = (address: string, instance: string): Promise<string> =>
  cluster.onNode(address, `/var/vcap/bosh/bin/instance stop ${instance} 60`);

const begun = (view: DeployView, step: StepName): number =>
  stepsOf(view).filter((each) => each.step === step && each.state !== 'unchanged').length;

const ended = (view: DeployView, target: string, step: StepName): boolean =>
  stepsOf(view).some((each) => each.target === target && each.step === step && each.state === 'done');

/**
 * Stops the second command of a node's ruby step where it is, so that it outlives its worker for sure: a successor that
 * forgot what had ended well would begin with the first one again.
 */
async function freezeSecondCommandOfRuby() {
  let frozen: { address: string; command: string } | undefined;
  const freeze = async (address: string): Promise<void> => {
    const ruby = (await cluster.ledgerOf(address)).filter(({ step }) => step === 'buildRuby');
    const last = ruby.at(-1);
    if (frozen !== undefined || ruby.length < 3 || last?.event !== 'started') return;
    const command = `jobs/${last.key}/command`;
    // It may have ended meanwhile; another node will come to it.
    await cluster.signal(address, 'STOP', command).then(
      () => (frozen = { address, command }),
      () => undefined,
    );
  };
  const isFrozen = async (): Promise<boolean> => {
    for (const address of cluster.CLUSTER) await freeze(address);
    return frozen !== undefined;
  };
  await until(isFrozen, 'a node is at the second command of ruby', COLD_MS);
  const { address, command } = frozen ?? { address: '', command: '' };
  return { address, goOn: () => cluster.signal(address, 'CONT', command) };
}

const isAttachedToRuby = ({ step, event }: LedgerLine): boolean => step === 'buildRuby' && event === 'attached';

/** Commands that were started and have not ended. */
const unended = (lines: readonly LedgerLine[]): string[] =>
  lines
    .filter(
      ({ event, key }) => event === 'started' && !lines.some((each) => each.key === key && each.event === 'ended'),
    )
    .map(({ step, command }) => `${step}: ${command}`);

/** What was posted and every secret the engine made, each part of a key by its longest lines. */
async function secretsOf({ dataDir }: TestEngine): Promise<string[]> {
  const store = await openStore({ dataDir });
  try {
    const made = await store.secrets.known();
    expect(made.size).toBeGreaterThanOrEqual(cfLite170.secrets.length);
    const { privateKey } = await store.engine.identity();
    return [...cluster.POSTED_SECRETS, ...[...made.values(), privateKey].flatMap((secret) => linesOf(secret.reveal()))];
  } finally {
    await store.close();
  }
}

const linesOf = (secret: string): string[] =>
  secret.split('\n').filter((line) => line.length >= 8 && !line.startsWith('-----'));

const found = (secrets: readonly string[], text: string): string[] =>
  secrets.filter((secret) => [secret, Buffer.from(secret).toString('base64')].some((form) => text.includes(form)));

/** Files below a folder that hold one of the secrets, or are named by one. */
function filesWith(secrets: readonly string[], folder: string): string[] {
  const named = globSync('**', { cwd: folder }).filter((file) => found(secrets, file).length > 0);
  try {
    const patterns = secrets.join('\n');
    return [...named, execFileSync('grep', ['-rlF', '-f', '-', folder], { input: patterns, encoding: 'utf8' })];
  } catch (error) {
    if ((error as { status?: number }).status === 1) return named; // grep found nothing
    throw error;
  }
}
