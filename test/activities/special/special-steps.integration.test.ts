import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect as connectTo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNodePort } from '../../../activities/attempt/commands/node-port.ts';
import { applyStep } from '../../../activities/attempt/run-step.ts';
import { containerHost } from '../../../activities/special/container-host.ts';
import { englishLocale } from '../../../activities/special/english-locale.ts';
import { etcdStore } from '../../../activities/special/etcd-store.ts';
import { frontCertificate } from '../../../activities/special/front-certificate.ts';
import { nfsExport } from '../../../activities/special/nfs-export.ts';
import { nfsMount } from '../../../activities/special/nfs-mount.ts';
import { LOCKED_MEMORY, OPEN_FILES, raisedLimit } from '../../../activities/special/raised-limit.ts';
import { sharedMemory } from '../../../activities/special/shared-memory.ts';
import { syslogDaemon } from '../../../activities/special/syslog/syslog-daemon.ts';
import { syslogReceiver } from '../../../activities/special/syslog/syslog-receiver.ts';
import { installRuntimePackages } from '../../../activities/steps/install-runtime-packages.ts';
import { swapAptSource } from '../../../activities/steps/swap-apt-source.ts';
import type { NodeContext, WantedInstance } from '../../../cluster/node-context.ts';
import { selfSignedCertificate } from '../../../cluster/secrets/self-signed-certificate.ts';
import type { ComponentName } from '../../../domain/components.ts';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { Secret } from '../../../domain/secret.ts';
import type { Step } from '../../../domain/step.ts';
import { mirrorRoot } from '../../../mirror/location.ts';
import { openMirror } from '../../../mirror/mirror.ts';
import { createMirrorServer } from '../../../mirror/serve/serve.ts';
import { type Connections, createConnections } from '../../../ssh/connections.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import { openSqlite, useStores } from '../../store/stores.ts';
import { createIdentity } from '../../support/create-identity.ts';
import { createKnownHosts } from '../../support/known-hosts.ts';
import { ensureNodes, nodes } from '../../support/nodes.ts';
import { until } from '../../support/until.ts';
import { NATS, nodeContext } from '../samples.ts';
import { dependencies, workplace } from '../workplace.ts';

// The last of eight: the first ones belong to the demo and to other tests.
const ADDRESS = (await ensureNodes(8))[7] ?? '';
const HOME = ADDRESS.replace(/\d+$/, '180');

const PASSWORD = new Secret('root_password', '123456');
const ROOT = { user: 'root', password: PASSWORD, rootPassword: PASSWORD };
const CERTIFICATE = '/var/vcap/jobs/haproxy/config/cert.pem';

const on = (script: string): Promise<string> => nodes('sh', ADDRESS, 'sh', '-ec', script);
const write = (path: string, text: string): Promise<string> =>
  on(`mkdir -p "$(dirname ${path})"; echo ${Buffer.from(text).toString('base64')} | base64 -d >${path}`);

const instanceOf = (component: ComponentName, special: WantedInstance['special'] = []): WantedInstance => ({
  ...NATS,
  special,
  instance: { id: `${component}/0`, component, address: ADDRESS, number: 0, index: 0 },
});

describe.skipIf(ADDRESS === '')('special steps on a real node', () => {
  const openStore = useStores(openSqlite);
  let connections: Connections;
  let session: NodeSession;
  let mirror: Server;
  let context: NodeContext;
  let round = 0;

  /** Each call is a round of its own, as after an operator's retry. */
  async function apply<Facts>(step: Step<Facts>) {
    round += 1;
    const place = { address: ADDRESS, step: 'applySpecialSteps', instance: 'nats/0', round } as const;
    const work = await workplace(dependencies(await openStore()), session, { place, mirrorUrl: context.mirrorUrl });
    const node = createNodePort(work);
    await node.carryOut({ kind: 'installRunner' }, 0);
    return applyStep(step, node);
  }

  beforeAll(async () => {
    connections = createConnections({ identity: await createIdentity(), hostKeys: createKnownHosts() });
    session = await connections.node(ADDRESS, ROOT, 'anyone');
    const root = mirrorRoot(parseSettings(process.env));
    mirror = createMirrorServer(root).listen(0, HOME);
    await once(mirror, 'listening');
    const { port } = mirror.address() as AddressInfo;
    context = nodeContext({
      address: ADDRESS,
      mirrorUrl: `http://${HOME}:${port}`,
      aptKey: await openMirror(root).aptKey(),
    });
    // A node keeps its disk, and with it what an earlier run has installed.
    await on(`
      rm -rf /var/lib/deployment-engine /var/vcap /usr/lib/locale/locale-archive /usr/lib/locale/en_US*
      dpkg --purge rsyslog locales >/dev/null 2>&1 || true
      rm -f /etc/init.d/rsyslog /etc/rc?.d/???rsyslog
      id vcap >/dev/null 2>&1 || useradd --uid 5100 --create-home vcap
      mkdir -p /var/vcap/store /var/vcap/monit/job`);
  });

  afterAll(async () => {
    await on(
      '/var/vcap/bosh/bin/syslog_receiver stop; rm -rf /var/lib/deployment-engine /var/vcap; userdel -rf vcap || true',
    );
    await connections.close();
    mirror.close();
  });

  it('finds every package they need in the mirror, and installs only those of the node’s instances', async () => {
    await apply(swapAptSource(context));
    const instances = [instanceOf('syslog_aggregator', ['syslogReceiver']), instanceOf('database', ['englishLocale'])];
    const bare = { ...context.profile, runtimePackages: ['openssl'] };
    const { state } = await apply(installRuntimePackages({ profile: bare, instances }));
    expect(state).toBe('changed');
    expect(await on('rsyslogd -v | head -n 1')).toContain('rsyslogd  8');
    expect(await on('command -v exportfs || echo none')).toBe('none');
  });

  it('makes the locale, once', async () => {
    expect((await apply(englishLocale())).state).toBe('changed');
    expect((await apply(englishLocale())).state).toBe('unchanged');
    expect(await on('LC_ALL=en_US.UTF-8 locale charmap')).toBe('UTF-8');
  });

  it('makes the account that forwarders belong to, and a service for a node without systemd', async () => {
    await apply(syslogDaemon(context));
    expect(await on('id -un syslog')).toBe('syslog');
    const restarted = () => on('service rsyslog restart && cat /run/rsyslogd.pid');
    const first = await restarted();
    expect(await restarted()).not.toBe(first);
    await on('service rsyslog stop');
    expect(await on('pidof rsyslogd || echo none')).toBe('none');
    expect((await apply(syslogDaemon(context))).state).toBe('unchanged');
  });

  it('receives a line over TCP and writes it where the release’s own aggregator would', async () => {
    const step = syslogReceiver(instanceOf('syslog_aggregator'));
    await apply(step);
    await on('/var/vcap/bosh/bin/syslog_receiver start');
    const socket = connectTo(54_321, ADDRESS);
    await once(socket, 'connect');
    socket.end(`<14>2014-12-01T10:00:00.5+00:00 ${ADDRESS} vcap.uaa [job=vcap.uaa index=0] hello\n`);
    const received = () => on('cat /var/vcap/store/log/uaa/*/*/*/uaa.log 2>/dev/null || true');
    await until(
      async () => (await received()).includes(`${HOME} --  [job=vcap.uaa index=0] hello`),
      'the line is there',
    );
    expect(await on('stat -c %U /var/vcap/store/log/uaa')).toBe('vcap');

    expect((await apply(step)).state).toBe('unchanged');
    await on('/var/vcap/bosh/bin/syslog_receiver stop');
    expect(await on('pidof rsyslogd || echo none')).toBe('none');
  });

  it('refuses a certificate that haproxy could load but no client could use', async () => {
    const step = frontCertificate(context);
    await write(CERTIFICATE, selfSignedCertificate('cf.local'));
    expect((await apply(step)).state).toBe('unchanged');
    await write(CERTIFICATE, selfSignedCertificate('old.example'));
    await expect(apply(step)).rejects.toMatchObject({ code: 'CertificateInvalid' });
    await on(`head -c 300 ${CERTIFICATE} >${CERTIFICATE}.cut; mv ${CERTIFICATE}.cut ${CERTIFICATE}`);
    await expect(apply(step)).rejects.toThrow('holds no certificate');
  });

  it('moves another member’s etcd store aside, whole', async () => {
    await write('/var/vcap/store/etcd/conf', 'theirs');
    await write('/var/vcap/store/etcd.member', 'another-engine etcd-3\n');
    const { reasons } = await apply(etcdStore(context, instanceOf('etcd')));
    expect(reasons[0]).toEqual('holds the data of another-engine etcd-3');
    expect(await on('cat /var/vcap/store/etcd.aside-*/conf; ls -d /var/vcap/store/etcd 2>/dev/null || true')).toBe(
      'theirs',
    );
    expect((await apply(etcdStore(context, instanceOf('etcd')))).state).toBe('unchanged');
  });

  it('parks a dea with the document’s cure, since a test node may not change its kernel', async () => {
    const precise = { ...context, profile: { ...context.profile, name: 'ubuntu-12.04' } };
    await expect(apply(containerHost(precise, NATS))).rejects.toMatchObject({
      code: 'NodeUnfit',
      message: expect.stringMatching(
        /proc\/sys\/kernel is read-only.*GRUB_CMDLINE_LINUX="" in \/etc\/default\/grub/s,
      ) as string,
    });
  });

  it.each<[string, (wanted: NodeContext) => Step<unknown>]>([
    ['share memory', (wanted) => sharedMemory(wanted)],
    ['lock memory', (wanted) => raisedLimit(wanted, LOCKED_MEMORY)],
    ['open many files', (wanted) => raisedLimit(wanted, OPEN_FILES)],
    ['serve NFS', (wanted) => nfsExport(wanted)],
    ['mount NFS', (wanted) => nfsMount(wanted, { settings: { ...NATS.settings, nfsServer: HOME } })],
  ])('says beforehand that a test node cannot %s', async (_what, step) => {
    await expect(apply(step(context))).rejects.toMatchObject({ code: 'NodeUnfit' });
  });
});
