import { describe, expect, it } from 'vitest';
import { containerHost } from '../../../activities/special/container-host.ts';
import { NATS, nodeContext, reasonsFor, textsOf } from '../samples.ts';

const { profile } = nodeContext();
const on = (name: string, diskQuota = true) =>
  containerHost(nodeContext({ profile: { ...profile, name } }), { settings: { ...NATS.settings, diskQuota } });
const precise = on('ubuntu-12.04');

const BOOTED = 'booted=BOOT_IMAGE=/vmlinuz-3.2.0-61-virtual root=UUID=1 ro';

/** A machine as the document wants it; `null` takes a line away. */
function machine(changes: Readonly<Record<string, string | null>> = {}): string {
  const lines = {
    kernel: 'kernel=3.2.0-61-virtual',
    image: 'image=3.2.0-61-virtual',
    booted: BOOTED,
    grub: 'grub=yes',
    default: 'line=GRUB_CMDLINE_LINUX_DEFAULT=""',
    line: 'line=GRUB_CMDLINE_LINUX=""',
    menu: 'menu=/vmlinuz-3.2.0-61-virtual root=UUID=1 ro\nmenu=/vmlinuz-3.2.0-61-virtual root=UUID=1 ro recovery',
    controllers: ['cpu', 'cpuacct', 'devices', 'memory'].map((name) => `controller=${name}`).join('\n'),
    cgroups: 'cgroups=1021994',
    namespaces: 'namespaces=yes',
    settings: 'settings=writable',
    ids: null,
    tools: ['iptables', 'quotaon', 'quotacheck'].map((name) => `tool=${name}`).join('\n'),
    ...changes,
  };
  return Object.values(lines)
    .filter((line) => line !== null)
    .join('\n');
}

const QUIET = { default: 'line=GRUB_CMDLINE_LINUX_DEFAULT="quiet splash"' };
const CURE =
  'Set GRUB_CMDLINE_LINUX_DEFAULT="" and GRUB_CMDLINE_LINUX="" in /etc/default/grub, run update-grub, reboot';

describe('a dea’s machine', () => {
  it.each([
    ['is as the document wants it', {}],
    ['has a newer kernel', { kernel: 'kernel=3.13.0-24-generic' }],
    ['is started by something else than GRUB', { grub: null, default: null, line: null, menu: null }],
    ['has all user ids', { ids: 'ids= 0 0 4294967295' }],
    ['quotes its lines otherwise', { default: "line=GRUB_CMDLINE_LINUX_DEFAULT=''", line: 'line=GRUB_CMDLINE_LINUX=' }],
  ])('is left alone when it %s', (_case, changes) => {
    expect(reasonsFor(precise, machine(changes))).toEqual([]);
  });

  it.each([
    ['a container without privileges', { ids: 'ids= 0 100000 65536' }, 'it is a container without privileges'],
    ['one that may not change the kernel', { settings: null }, '/proc/sys/kernel is read-only'],
    [
      'too old a kernel',
      { kernel: 'kernel=2.6.32-60-server', image: null },
      'kernel 2.6.32-60-server is older than 3.0',
    ],
    ['no control groups', { cgroups: null }, '/sys/fs/cgroup is missing'],
    ['some of them off', { controllers: 'controller=cpu' }, 'control groups are off: cpuacct, devices, memory'],
  ])('parks with the document’s cure: %s', (_case, changes, problem) => {
    expect(() => reasonsFor(precise, machine(changes))).toThrow(
      expect.objectContaining({
        code: 'NodeUnfit',
        message: expect.stringContaining(`10.10.101.182 cannot run warden: ${problem}. ${CURE}`) as string,
      }),
    );
  });

  it('parks with all reasons at once', () => {
    const bad = machine({ ids: 'ids=0 100000 65536', settings: null, tools: null });
    expect(() => reasonsFor(precise, bad)).toThrow('a container without privileges; /proc/sys/kernel is read-only.');
  });

  it('is told which step installs the tools it lacks', () => {
    expect(() => reasonsFor(precise, machine({ tools: 'tool=iptables' }))).toThrow(
      expect.objectContaining({
        code: 'ProgramMissing',
        message: expect.stringContaining('quotaon, quotacheck') as string,
      }),
    );
  });

  it('asks for no quota tools where no disk quota is kept', () => {
    expect(reasonsFor(on('ubuntu-12.04', false), machine({ tools: 'tool=iptables' }))).toEqual([]);
  });
});

describe('GRUB', () => {
  it('is written for good, keeping the first original, where its lines differ', () => {
    const facts = precise.check.parse({ exitCode: 0, stdout: machine(QUIET) });
    const changes = precise.changes(facts);
    expect(changes.map(({ reason }) => reason)).toEqual(['the boot parameters that warden needs are not set']);
    expect(textsOf(changes)[0]).toContain(`'GRUB_CMDLINE_LINUX_DEFAULT=""' 'GRUB_CMDLINE_LINUX=""'`);
    expect(textsOf(changes)[0]).not.toContain('reboot');
  });

  it.each([
    ['the running kernel was started with other parameters', { booted: `${BOOTED} quiet splash vt.handoff=7` }],
    ['a kernel that is new enough lies ready', { kernel: 'kernel=2.6.32-60', image: 'image=3.0.0-32-virtual' }],
  ])('asks for a reboot, and never does it, when %s', (_case, changes) => {
    expect(() => reasonsFor(precise, machine(changes))).toThrow(
      expect.objectContaining({
        code: 'RebootNeeded',
        message: expect.stringContaining('Reboot the node, then retry.') as string,
      }),
    );
  });

  it('keeps control groups of version 1 on Debian 12', () => {
    const debian = on('debian-12');
    const unified = { cgroups: 'cgroups=63677270' };
    expect(reasonsFor(debian, machine(unified))).toHaveLength(1);
    const wanted = 'systemd.unified_cgroup_hierarchy=0';
    const written = {
      default: `line=GRUB_CMDLINE_LINUX_DEFAULT="${wanted}"`,
      menu: `menu=/vmlinuz root=UUID=1 ro ${wanted}`,
    };
    expect(() => reasonsFor(debian, machine({ ...unified, ...written }))).toThrow('Reboot the node');
    expect(reasonsFor(debian, machine({ ...written, booted: `${BOOTED} ${wanted}` }))).toEqual([]);
    expect(() => reasonsFor(debian, machine({ ...unified, ...written, booted: `${BOOTED} ${wanted}` }))).toThrow(
      'of version 2 alone',
    );
  });
});
