import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildRelease } from '../../sample/build-release.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { readHistories } from './histories.ts';
import { readRunLog } from './run-log.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type DeployView, stepsOf, type TestEngine } from './test-engine.ts';

const [LEFT, RIGHT] = [cluster.nodeAt(0), cluster.nodeAt(1)];
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;
// What takes seconds, on a machine that is busy with something else.
const SURELY_MS = 180_000;
const SOURCES = fileURLToPath(new URL('../../sample/cf-lite', import.meta.url));

interface Script {
  readonly start: string;
  readonly stop?: string;
}
const STOPS = 'kill $(cat $PID); rm -f $PID';
const LIVES = 'setsid sleep 3000 & echo $! >$PID';
const TAKEN = 'IO::Socket::INET->new(Listen => 1, LocalPort => 4001)';

/** Control scripts, by job: each fails in its own way. */
const BROKEN = {
  syslog_aggregator: {
    start: 'echo "reads syslog.conf" >>$LOG/aggregator.log; echo "syslog.conf: no port given" >&2; exit 1',
  },
  etcd: { start: `perl -MIO::Socket::INET -e '${TAKEN} or die "bind *:4001: $!\\n"' || exit 98\n${LIVES}` },
  collector: { start: 'echo "finds no disk"; setsid sleep 4 & echo $! >$PID' },
  // The one that is only slow; it leaves its process behind when it stops.
  nats: { start: `sleep 8; ${LIVES}`, stop: 'echo "cannot drain" >&2; rm -f $PID; exit 1' },
} satisfies Record<string, Script>;
type Job = keyof typeof BROKEN;
const JOBS = Object.keys(BROKEN) as Job[];

const scriptOf = (job: Job, { start, stop = STOPS }: Script): string => `#!/bin/bash
PID=/var/vcap/sys/run/${job}/${job}.pid LOG=/var/vcap/sys/log/${job}
mkdir -p /var/vcap/sys/run/${job} $LOG
[ $1 = start ] || { ${stop}; exit 0; }
${start}
`;

async function releaseWith(scripts: Readonly<Record<Job, Script>>): Promise<string> {
  const sources = join(temporaryFolder(), 'cf-lite');
  cpSync(SOURCES, sources, { recursive: true });
  for (const job of JOBS)
    writeFileSync(join(sources, 'jobs', job, 'templates', `${job}_ctl.erb`), scriptOf(job, scripts[job]));
  // As long as this monit waits for what does not stop.
  const entry = join(sources, 'jobs/nats/monit');
  writeFileSync(entry, readFileSync(entry, 'utf8').replace(/(?<=stop program .*\s+with timeout) 60/, ' 10'));
  return buildRelease({ sources });
}

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `jobs that do not start${reason === undefined ? '' : ` (left out: ${reason})`}`,
  { timeout: SURELY_MS },
  () => {
    let engine: TestEngine;
    let run = 0;
    let parked: DeployView;

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '2');
      await Promise.all([LEFT, RIGHT].map((address) => cluster.setRootPassword(address)));
      const hold = `setsid perl -MIO::Socket::INET -e '$held = ${TAKEN}; sleep 3000' </dev/null >/dev/null 2>&1 &`;
      await cluster.onNode(RIGHT, hold);
      engine = await createTestEngine(temporaryFolder());
      await engine.start({ DEPLOYMENT_ENGINE_RELEASE: await releaseWith(BROKEN) });
      const { properties } = cluster.clusterConfiguration();
      const components = { syslog_aggregator: [LEFT], collector: [LEFT], etcd: [RIGHT], nats: [RIGHT] };
      await engine.configure({ components, properties });
      ({ run } = await engine.deploy());
      parked = await engine.runWhen(run, 'it parks', ({ state }) => state === 'parked', COLD_MS);
    }, COLD_MS);

    afterAll(async () => {
      await engine?.stop();
      await cluster.nodes('down', '--wipe');
    });

    const stepOf = (target: string, name: string) =>
      stepsOf(parked).find((each) => each.target === target && each.step === name);
    const messageOf = (target: string): string => parked.parked.find((step) => step.target === target)?.message ?? '';
    const detailOf = async (component: string): Promise<string | undefined> =>
      ((await engine.status()) as { Comp: string; Detail?: string }[]).find(({ Comp }) => Comp === component)?.Detail;

    it('are the only ones that park', () => {
      expect(parked.parked.map(({ target }) => target).toSorted()).toEqual(['etcd/0', 'syslog_aggregator/0']);
      expect(stepOf('nats/0', 'start')?.state).toBe('done');
    });

    it('park within a minute, and say what they said, how they ended and what they logged', async () => {
      expect(stepOf('syslog_aggregator/0', 'start')?.durationMs).toBeLessThan(60_000);
      expect(messageOf('syslog_aggregator/0').split('\n')).toEqual([
        `${LEFT}: syslog.conf: no port given (the start program of syslog_aggregator ended with exit code 1, 3 times)`,
        'syslog_aggregator said:',
        'syslog.conf: no port given',
        '/var/vcap/sys/log/syslog_aggregator/aggregator.log:',
        'reads syslog.conf',
        'reads syslog.conf',
        'reads syslog.conf',
      ]);
      expect((await readHistories(engine.temporalAddress)).text).toContain('aggregator.log');
      expect(await detailOf('syslog_aggregator')).toMatch(/^parked: .*no port given/);
    });

    it('name who is in their way', () => {
      expect(messageOf('etcd/0')).toMatch(/^\S+: port 4001 is in use by process \d+ \(perl -MIO::Socket::INET -e/);
    });

    it('start by a retry when what was in their way is gone', async () => {
      await cluster.onNode(RIGHT, 'pkill perl');
      await engine.resolve(run, { action: 'retry', targets: ['etcd/0'] });
      const isMended = ({ state, parked: steps }: DeployView): boolean =>
        state === 'parked' && steps.every(({ target }) => target !== 'etcd/0');
      await engine.runWhen(run, 'etcd runs', isMended, SURELY_MS);
    });

    it('are told from one that starts and is gone over and over', async () => {
      const loops = /^collector starts and is gone within half a minute, (\d+) times so far$/;
      const times = async (): Promise<number> => Number(loops.exec((await detailOf('collector')) ?? '')?.[1] ?? 0);
      await until(async () => (await times()) >= 2, 'the crash loop is told', SURELY_MS);
      expect(await detailOf('nats')).toBeUndefined();
    });

    it('tell what does not stop, and start once the release is mended', async () => {
      await engine.stop();
      const mended = Object.fromEntries(JOBS.map((job) => [job, { start: LIVES }])) as Record<Job, Script>;
      await engine.start({ DEPLOYMENT_ENGINE_RELEASE: await releaseWith(mended) });
      let next = 0;
      // The run that is parked makes way first, and an answer may come before that is over.
      const isAccepted = () =>
        engine.deploy().then(
          (accepted) => (next = accepted.run) > run,
          () => false,
        );
      await until(isAccepted, 'the mended release is being deployed', SURELY_MS);
      const { target, step, message } = await engine.parked(next, SURELY_MS);
      expect([target, step]).toEqual(['nats/0', 'quiesce']);
      expect(message).toMatch(
        /^\S+: 'nats' failed to stop .*: cannot drain\n(.*\n)*process \d+ still runs: sleep 3000/,
      );

      await cluster.onNode(RIGHT, `kill ${/process (\d+) still runs/.exec(message)?.[1]}`);
      await engine.resolve(next, { action: 'retry' });
      expect(await engine.ended(next, SURELY_MS)).toMatchObject({ outcome: 'ok' });
      const log = await readRunLog(engine.base, run);
      expect(log.filter(({ stream }) => stream === 'syslog_aggregator_0').map(({ line }) => line)).toContain(
        'syslog.conf: no port given (the start program of syslog_aggregator ended with exit code 1, 3 times)',
      );
    });
  },
);
