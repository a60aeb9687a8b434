import { buildRuby } from '../../../activities/steps/build-ruby.ts';
import { checkDisk } from '../../../activities/steps/check-disk.ts';
import { compilePackages } from '../../../activities/steps/compile-packages.ts';
import { connect } from '../../../activities/steps/connect.ts';
import { ensureUser } from '../../../activities/steps/ensure-user.ts';
import { installMonit } from '../../../activities/steps/install-monit.ts';
import { installRuntimePackages } from '../../../activities/steps/install-runtime-packages.ts';
import { giveBack, leaveNode } from '../../../activities/steps/removal/leave-node.ts';
import { swapAptSource } from '../../../activities/steps/swap-apt-source.ts';
import { sweep } from '../../../activities/steps/removal/sweep.ts';
import { transferRelease } from '../../../activities/steps/transfer-release.ts';
import type { NodeProfile } from '../../../domain/profiles/profile.ts';
import { ubuntu1004 } from '../../../domain/profiles/ubuntu-10.04.ts';
import { ubuntu1204 } from '../../../domain/profiles/ubuntu-12.04.ts';
import { Secret } from '../../../domain/secret.ts';
import type { StepName } from '../../../domain/steps.ts';
import { NATS, nodeContext } from '../samples.ts';
import type { StepCase } from './shown-step.ts';

const context = nodeContext();
const { properties } = context.configuration;

const withProperties = (changed: Partial<typeof properties>) =>
  nodeContext({ configuration: { ...context.configuration, properties: { ...properties, ...changed } } });

/** As after `local_build.sh`, which finds out the digests of sources. */
const withDigests = (profile: NodeProfile): NodeProfile => ({
  ...profile,
  builds: profile.builds.map((build) => ({
    ...build,
    parts: build.parts.map((part) => ({ ...part, source: { ...part.source, sha256: 'f'.repeat(64) } })),
  })),
});
const oldContext = nodeContext({ profile: withDigests(ubuntu1004) });

const GROUPS = 'adm admin audio cdrom dialout dip floppy plugdev sudo video';
const account = (name: string, { shell = '/bin/bash', home = `/home/${name}` } = {}): string =>
  `account=${name}:5100:5100::${home}:${shell}\nhome=${name}\nruns=${name}\n`;
const NUMBERS = 'uid-holder=vcap\ngid-holder=vcap\ngroup-id=5100\n';
const NEVER = 'today=20454\nageing=vcap:19000:99999:\nageing=root:19000:99999:\n';
const ACCOUNTS = `${account('vcap')}${NUMBERS}groups=${GROUPS}\npassword=right\n${NEVER}key=yes\n`;

const vcap = ensureUser(withProperties({ user: 'vcap', addUser: true, password: new Secret('password', 'fake-pass') }));
const ops = ensureUser(withProperties({ user: 'ops', addUser: true, password: new Secret('password', 'fake-pass') }));

const PROGRAM_FOLDERS = ['bosh/bin', 'data/jobs', 'monit/job'].map((folder) => `folder=${folder}\n`).join('');
const MONIT_READY = 'user=yes\nboot=yes\nrunning=yes\n';

/** Of each step of a node: what it does to nodes that differ. */
export const NODE_STEP_CASES: Partial<Record<StepName, readonly StepCase[]>> = {
  connect: [
    { name: 'a new node', step: connect(context), stdout: 'system=debian-12\n' },
    { name: 'a node that lost its runner', step: connect(context), stdout: 'system=debian-12\nowner=engine-a 1 3\n' },
    {
      name: 'a node of another engine',
      step: connect(context),
      stdout: 'system=debian-12\nhasRunner=yes\nowner=engine-b 1 1\n',
    },
  ],
  checkDisk: [
    { name: 'a large disk', step: checkDisk(context), stdout: '99999999999\n' },
    { name: 'a small disk', step: checkDisk(context), stdout: '9999999999\n' },
  ],
  ensureUser: [
    { name: 'a node as wanted', step: vcap, stdout: ACCOUNTS },
    { name: 'a node without the account', step: vcap, stdout: 'groups=\ntoday=20454\n' },
    {
      name: 'a node where somebody has the uid of vcap',
      step: vcap,
      stdout: `uid-holder=other\ngroups=\ntoday=20454\n`,
    },
    {
      name: 'groups that are missing',
      step: vcap,
      stdout: ACCOUNTS.replace(GROUPS, 'adm audio cdrom dialout dip floppy plugdev'),
    },
    {
      name: 'a shell that runs no commands',
      step: vcap,
      stdout: ACCOUNTS.replace('/bin/bash', '/usr/sbin/nologin').replace('runs=vcap\n', ''),
    },
    { name: 'an account that expires', step: vcap, stdout: ACCOUNTS.replace('99999:\n', '99999:20460\n') },
    { name: 'another password', step: vcap, stdout: ACCOUNTS.replace('right', 'different') },
    { name: 'a missing key', step: vcap, stdout: ACCOUNTS.replace('key=yes\n', '') },
    { name: 'a home that is missing', step: vcap, stdout: ACCOUNTS.replace('home=vcap\n', '') },
    { name: 'a home that is no folder', step: vcap, stdout: ACCOUNTS.replace('/home/vcap', '/nonexistent') },
    { name: 'a home that is a device', step: vcap, stdout: ACCOUNTS.replace('/home/vcap', '/dev/null') },
    {
      name: 'no shell of its own, and that runs no commands',
      step: vcap,
      stdout: ACCOUNTS.replace('/bin/bash', '').replace('runs=vcap\n', ''),
    },
    {
      name: 'a sudo that wants a terminal and allows nothing',
      step: vcap,
      stdout: `${ACCOUNTS}sudo=requiretty\nsudo=allows nothing\nsudo=log_input\n`,
    },
    { name: 'a configured user other than vcap', step: ops, stdout: ACCOUNTS },
  ],
  swapAptSource: [
    { name: 'a new node', step: swapAptSource(context), stdout: 'other=/etc/apt/sources.list.d/people.list\n' },
    {
      name: 'the key among those for all sources',
      step: swapAptSource(context),
      stdout: 'key=for-all\n',
    },
    { name: 'an apt that knows one keyring', step: swapAptSource(oldContext), stdout: '' },
  ],
  installRuntimePackages: [
    {
      name: 'a node that lacks two packages',
      step: installRuntimePackages(context),
      stdout: context.profile.runtimePackages.filter((name) => !['monit', 'zip'].includes(name)).join('\n'),
    },
    {
      name: 'a node on which daemons are held back',
      step: installRuntimePackages(context),
      stdout: `${context.profile.runtimePackages.join('\n')}\ndaemons=held\n`,
    },
    {
      name: 'a node without monit of its own',
      step: installRuntimePackages(oldContext),
      stdout: ubuntu1004.runtimePackages.filter((name) => name !== 'zip').join('\n'),
    },
  ],
  buildRuby: [
    { name: 'a node that has it', step: buildRuby(context), stdout: 'build=ruby intact\nusrBinRuby=yes\n' },
    { name: 'a node without ruby', step: buildRuby(context), stdout: '' },
    { name: 'a changed ruby', step: buildRuby(context), stdout: 'build=ruby files have changed\nusrBinRuby=yes\n' },
    {
      name: 'a system whose rubygems and monit are built too',
      step: buildRuby(nodeContext({ profile: withDigests(ubuntu1204) })),
      stdout: 'usrBinRuby=yes\n',
    },
  ],
  installMonit: [
    { name: 'a new node', step: installMonit(context), stdout: PROGRAM_FOLDERS },
    {
      name: 'jobs that every account may read',
      step: installMonit({ monitFiles: [] }),
      stdout: `jobs=open\ndaemons=held\n${MONIT_READY}`,
    },
    { name: 'older files', step: installMonit({ monitFiles: [] }), stdout: `stale=yes\n${MONIT_READY}` },
  ],
  transferRelease: [
    { name: 'a new node', step: transferRelease(context), stdout: 'nise-bosh=\n' },
    {
      name: 'another nise-bosh and another job',
      step: transferRelease(context),
      stdout: `nise-bosh=other\njob=nats ${'9'.repeat(64)}\n`,
    },
  ],
  compilePackages: [
    { name: 'a node that has none', step: compilePackages(context), stdout: '' },
    {
      name: 'a package that other nodes need',
      step: compilePackages(nodeContext({ instances: [{ ...NATS, packages: ['common'] }] })),
      stdout: 'common/f-common\n',
    },
  ],
  leaveNode: [
    { name: 'a node that nothing is left on', step: leaveNode(context), stdout: 'owner=engine-a\n' },
    { name: 'a node that is in use', step: leaveNode(context), stdout: 'owner=engine-a\nuse=yes\n' },
    { name: 'a node of another engine', step: leaveNode(context), stdout: 'owner=engine-b\n' },
  ],
  giveBack: [
    { name: 'a node that was only prepared', step: giveBack(context), stdout: 'owner=engine-a\n' },
    { name: 'a node with instances of nobody', step: giveBack(context), stdout: 'owner=engine-a\nuse=yes\n' },
    { name: 'a node of another engine', step: giveBack(context), stdout: 'owner=engine-b\nuse=yes\n' },
  ],
  sweep: [
    { name: 'a node that is swept', step: sweep(context), stdout: '' },
    {
      name: 'a node on which one instance changes and one goes',
      step: sweep(context, { outgoing: ['nats_1', 'etcd_0'], leaving: ['etcd_0'] }),
      stdout: `package=1024 gnatsd/f-old\npackage=8 common/f-cut.building\nrelease=2048 ${'e'.repeat(16)}\n`,
    },
  ],
};
