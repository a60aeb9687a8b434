import { containerHost } from '../../../activities/special/container-host.ts';
import { databaseRoles } from '../../../activities/special/database-roles.ts';
import { englishLocale } from '../../../activities/special/english-locale.ts';
import { etcdStore } from '../../../activities/special/etcd-store.ts';
import { frontCertificate } from '../../../activities/special/front-certificate.ts';
import { lowPorts } from '../../../activities/special/low-ports.ts';
import { nfsExport } from '../../../activities/special/nfs-export.ts';
import { nfsMount } from '../../../activities/special/nfs-mount.ts';
import { nfsServes } from '../../../activities/special/nfs-serves.ts';
import { LOCKED_MEMORY, OPEN_FILES, raisedLimit } from '../../../activities/special/raised-limit.ts';
import { sharedMemory } from '../../../activities/special/shared-memory.ts';
import { syslogDaemon } from '../../../activities/special/syslog/syslog-daemon.ts';
import { syslogOptions } from '../../../activities/special/syslog/syslog-options.ts';
import { syslogReceiver } from '../../../activities/special/syslog/syslog-receiver.ts';
import { systemNames } from '../../../activities/special/system-names.ts';
import { vcapHome } from '../../../activities/special/vcap-home.ts';
import type { SpecialStepName } from '../../../domain/manifest/special-steps.ts';
import { Secret } from '../../../domain/secret.ts';
import { NATS, nodeContext } from '../samples.ts';
import type { StepCase } from './shown-step.ts';

const context = nodeContext();
const { settings } = NATS;

const roles = databaseRoles({
  instance: { id: 'database/0', component: 'database', address: '10.0.0.3', number: 0, index: 0 },
  settings: {
    ...settings,
    database: {
      port: 5524,
      roles: [{ name: 'ccadmin', password: new Secret('role_ccadmin', "fake'pass") }],
      databases: [
        { name: 'ccdb', citext: true },
        { name: 'uaadb', citext: false },
      ],
    },
  },
});

const HOST = {
  kernel: 'kernel=6.1.0\n',
  privileges: 'settings=writable\nnamespaces=yes\nids=0 0 4294967295\n',
  controllers: ['cpu', 'cpuacct', 'devices', 'memory'].map((name) => `controller=${name}\n`).join(''),
  cgroups: 'cgroups=1021994\n',
  tools: ['iptables', 'quotaon', 'quotacheck'].map((name) => `tool=${name}\n`).join(''),
};
const host = (changed: Partial<typeof HOST> = {}): string => Object.values({ ...HOST, ...changed }).join('');
const GRUB =
  'grub=yes\nline=GRUB_CMDLINE_LINUX_DEFAULT="systemd.unified_cgroup_hierarchy=0"\nline=GRUB_CMDLINE_LINUX=""\n';

const etcd = etcdStore(context, { instance: { ...NATS.instance, id: 'etcd/1', component: 'etcd' } });
const openFiles = raisedLimit(context, OPEN_FILES);
const mounting = nfsMount(context, { settings: { ...settings, nfsServer: '10.0.0.7' } });
const receiver = syslogReceiver({
  instance: { ...NATS.instance, id: 'syslog_aggregator/0', component: 'syslog_aggregator', number: 0 },
});

/** Of each special step: what it does to nodes that differ. */
export const SPECIAL_STEP_CASES: Readonly<Record<SpecialStepName, readonly StepCase[]>> = {
  systemNames: [
    { name: 'names that nobody resolves', step: systemNames(context), stdout: 'lookup=unknown\n' },
    {
      name: 'a haproxy that has moved',
      step: systemNames(context),
      stdout: 'own=10.9.9.9 api.cf.local\nlookup=found\n',
    },
  ],
  vcapHome: [
    { name: 'a home elsewhere', step: vcapHome(), stdout: 'home=/var/vcap\n' },
    { name: 'a home of somebody else', step: vcapHome(), stdout: 'home=/home/vcap\nowner=root\n' },
    { name: 'a home as wanted', step: vcapHome(), stdout: 'home=/home/vcap\nowner=vcap\n' },
  ],
  englishLocale: [{ name: 'no such locale', step: englishLocale(), stdout: 'C\nPOSIX\n' }],
  sharedMemory: [{ name: 'a container', step: sharedMemory(context), stdout: '' }],
  lockedMemory: [{ name: 'a container', step: raisedLimit(context, LOCKED_MEMORY), stdout: '' }],
  openFiles: [
    { name: 'a container', step: openFiles, stdout: '' },
    { name: 'a machine', step: openFiles, stdout: 'limit=raisable\n' },
  ],
  frontCertificate: [
    { name: 'no certificate yet', step: frontCertificate(context), stdout: '' },
    {
      name: 'an expired certificate for others',
      step: frontCertificate(context),
      stdout: 'readable=yes\nnot-after=Jan 1 00:00:00 2020 GMT\nname=*.other.local\nexpired=yes\n',
    },
  ],
  etcdStore: [
    { name: 'a new node', step: etcd, stdout: '' },
    {
      name: 'data of another member',
      step: etcd,
      stdout: 'member=engine-a etcd-0\nstore=/var/vcap/store/etcd\nstarted=yes\n',
    },
    { name: 'its own data', step: etcd, stdout: 'member=engine-a etcd-1\nstore=/var/vcap/store/etcd\n' },
  ],
  lowPorts: [
    {
      name: 'a gorouter without the capability',
      step: lowPorts(context),
      stdout: 'capabilities=000001ffffffffff\nsettings=yes\ninstalled=yes\n',
    },
    { name: 'a container', step: lowPorts(context), stdout: 'missing=setcap\ncapabilities=0\n' },
  ],
  syslogDaemon: [{ name: 'a node without account and service', step: syslogDaemon(context), stdout: 'rsyslogd=yes\n' }],
  syslogRelp: [
    {
      name: 'a node without the module',
      step: syslogDaemon(context, ['imrelp']),
      stdout: 'rsyslogd=yes\naccount=yes\nservice=yes\n',
    },
  ],
  syslogOptions: [{ name: 'version 8', step: syslogOptions(), stdout: 'version=8\n' }],
  syslogReceiver: [{ name: 'one that runs on older files', step: receiver, stdout: 'receiver=running\n' }],
  nfsExport: [
    { name: 'a new node', step: nfsExport(context), stdout: 'module=loadable\n' },
    {
      name: 'a node with exports of people',
      step: nfsExport(context),
      stdout: 'module=loaded\nowner=vcap\nendangered=/srv 10.0.0.0/8(ro)\nendangered=/home *(rw)\n',
    },
  ],
  nfsMount: [
    { name: 'a cluster without nfs_server', step: nfsMount(context, { settings }), stdout: '' },
    { name: 'no NFS client', step: mounting, stdout: '' },
    { name: 'no program', step: mounting, stdout: 'client=yes\n' },
    { name: 'no server', step: mounting, stdout: 'client=yes\nprogram=yes\n' },
  ],
  containerHost: [
    { name: 'a machine that can', step: containerHost(context, { settings }), stdout: host() },
    {
      name: 'other boot parameters',
      step: containerHost(context, { settings }),
      stdout: `${host()}grub=yes\nline=GRUB_CMDLINE_LINUX_DEFAULT="quiet"\n`,
    },
    {
      name: 'a reboot that is due',
      step: containerHost(context, { settings }),
      stdout: `${host()}${GRUB}booted=BOOT_IMAGE=/vmlinuz quiet\nmenu=/vmlinuz systemd.unified_cgroup_hierarchy=0\n`,
    },
    {
      name: 'control groups of version 2',
      step: containerHost(context, { settings }),
      stdout: `${host({ cgroups: 'cgroups=63677270\n' })}${GRUB}`,
    },
    {
      name: 'no control groups',
      step: containerHost(context, { settings }),
      stdout: `${host({ cgroups: '' })}${GRUB}`,
    },
    {
      name: 'a container without privileges',
      step: containerHost(context, { settings }),
      stdout: host({ privileges: 'ids=0 100000 65536\n' }),
    },
    { name: 'missing tools', step: containerHost(context, { settings }), stdout: host({ tools: '' }) },
  ],
  nfsServes: [{ name: 'nothing is exported', step: nfsServes(context), stdout: '' }],
  databaseRoles: [
    { name: 'a server that does not answer', step: roles, stdout: '' },
    { name: 'a server that holds nothing', step: roles, stdout: 'answers=yes\ndatabase=postgres\n' },
  ],
};
