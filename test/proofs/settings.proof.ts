import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as cluster from '../integration/test-cluster.ts';
import { createTestEngine, type TestEngine } from '../integration/test-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const NODES = [cluster.nodeAt(0), cluster.nodeAt(1)];
const [FIRST = '', SECOND = ''] = NODES;
const COMPONENTS = { nats: [FIRST], etcd: [SECOND], haproxy: [FIRST], gorouter: [SECOND], collector: NODES };
/** Another address of this machine on the nodes' network. */
const OTHER_HOME = cluster.HOME.replace(/180$/, '179');
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 20 * 60_000;

const START = cluster.clusterConfiguration().properties;
type Properties = typeof START;

interface Setting {
  readonly name: string;
  readonly change: Partial<Properties>;
  /** What the operator does on each node beforehand, for these values. */
  readonly prepare?: (properties: Properties) => string;
  /** Shell text that fails on a node where these values are not in force. */
  readonly holds?: (properties: Properties) => string;
}

const hasPassword = ({ user, password }: Properties): string =>
  `A=${user} P=${password} perl -e 'my $hash = (getpwnam $ENV{A})[1]; exit(crypt($ENV{P}, $hash) ne $hash)'`;

const CERTIFICATE = '/var/vcap/jobs/haproxy/config/cert.pem';

/** What a job was told, on both nodes, and the certificate of the one that has it. */
const knowsDomain = ({ domain }: Properties): string => `
  grep -rqF '${domain}' /var/vcap/jobs/collector/config
  [ ! -d /var/vcap/jobs/haproxy ] || openssl x509 -noout -subject -in ${CERTIFICATE} | grep -F '*.${domain}'`;

/** Each is changed and changed back, one after the other. */
const SETTINGS: readonly Setting[] = [
  { name: 'password', change: { password: 'canary-of-another-user-91' }, holds: hasPassword },
  {
    name: 'root',
    change: { root: 'canary-of-another-root-17' },
    prepare: ({ root }) => `echo 'root:${root}' | chpasswd`,
  },
  { name: 'user', change: { user: 'operator' }, holds: hasPassword },
  { name: 'user and password', change: { user: 'keeper', password: 'canary-of-the-keeper-3' }, holds: hasPassword },
  { name: 'domain', change: { domain: 'other.local' }, holds: knowsDomain },
  { name: 'home', change: { home: OTHER_HOME }, holds: ({ home }) => `grep -rqF '//${home}:' /etc/apt/sources.list*` },
  { name: 'disksize', change: { disksize: 1 } },
  { name: 'checkdisk', change: { checkdisk: 0, disksize: 99_999 } },
  { name: 'adduser', change: { adduser: 0 } },
];

describe('settings that are changed and changed back', () => {
  let engine: TestEngine;

  beforeAll(async () => {
    await cluster.nodes('down', '--wipe');
    await cluster.nodes('up', String(NODES.length));
    const bridge = execFileSync('ip', ['-o', 'address', 'show', 'to', cluster.HOME], { encoding: 'utf8' });
    execFileSync('ip', ['address', 'add', `${OTHER_HOME}/24`, 'dev', bridge.split(/\s+/)[1] ?? '']);
    await Promise.all(NODES.map((address) => cluster.setRootPassword(address)));
    engine = await createTestEngine(temporaryFolder());
    const mirrorPort = Number(new URL(engine.base).port) + 5;
    await engine.start({ DEPLOYMENT_ENGINE_MIRROR_LISTEN: `0.0.0.0:${mirrorPort}` });
  });

  afterAll(async () => {
    await engine?.stop();
    await cluster.nodes('down', '--wipe');
  });

  const deploy = async (properties: Properties): Promise<string> => {
    await engine.configure({ components: COMPONENTS, properties });
    // What the deploy itself puts right is in nobody's way.
    expect((await engine.plan()).instances.flatMap(({ obstacles }) => obstacles)).toEqual([]);
    const { run } = await engine.deploy();
    const settled = await engine.runWhen(
      run,
      'it ends or parks',
      ({ outcome, state }) => outcome !== null || state === 'parked',
      COLD_MS,
    );
    return settled.outcome ?? JSON.stringify(settled.parked);
  };

  const isInForce = async (properties: Properties, { holds }: Setting): Promise<void> => {
    await Promise.all(NODES.map((address) => cluster.onNode(address, holds?.(properties) ?? 'true')));
    await until(async () => (await engine.status()).every(({ Status }) => Status === 'RUNNING'), 'all run', 60_000);
    const { nodes, instances } = await engine.plan();
    expect(new Set([...nodes, ...instances].map(({ change }) => change))).toEqual(new Set(['untouched']));
  };

  it('are deployed first', async () => expect(await deploy(START)).toBe('ok'), COLD_MS);

  it.each(SETTINGS.map((setting) => [setting.name, setting] as const))(
    '%s',
    async (_, setting) => {
      for (const properties of [{ ...START, ...setting.change }, START]) {
        const { prepare } = setting;
        if (prepare !== undefined)
          await Promise.all(NODES.map((address) => cluster.onNode(address, prepare(properties))));
        expect(['ok', 'unchanged']).toContain(await deploy(properties));
        await isInForce(properties, setting);
      }
    },
    COLD_MS,
  );
});
