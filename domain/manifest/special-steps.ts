import type { ComponentName } from '../components.ts';

interface SpecialTraits {
  /** When: before the instance starts, or once it runs, since running alone does not prove everything. */
  readonly when: 'before start' | 'after start';
  /** Packages of the operating system it needs, by profile; none where a profile is not named. */
  readonly packages?: Readonly<Record<string, readonly string[]>>;
}

/** What components need beyond their jobs. */
export const SPECIAL_STEPS = {
  systemNames: { when: 'before start' },
  vcapHome: { when: 'before start' },
  englishLocale: { when: 'before start', packages: everywhere('locales') },
  sharedMemory: { when: 'before start' },
  lockedMemory: { when: 'before start' },
  openFiles: { when: 'before start' },
  frontCertificate: { when: 'before start', packages: everywhere('openssl') },
  etcdStore: { when: 'before start' },
  lowPorts: { when: 'before start', packages: everywhere('cron', 'libcap2-bin', 'logrotate') },
  syslogDaemon: { when: 'before start', packages: everywhere('rsyslog') },
  syslogRelp: { when: 'before start', packages: everywhere('rsyslog', 'rsyslog-relp') },
  syslogOptions: { when: 'before start', packages: everywhere('rsyslog') },
  syslogReceiver: { when: 'before start', packages: everywhere('cron', 'rsyslog') },
  nfsExport: {
    when: 'before start',
    packages: {
      // The job brings lucid's own server.
      'ubuntu-10.04': ['nfs-common'],
      'ubuntu-12.04': ['nfs-common', 'nfs-kernel-server'],
      'debian-12': ['nfs-common', 'nfs-kernel-server', 'rpcbind'],
    },
  },
  nfsMount: { when: 'before start', packages: everywhere('nfs-common') },
  containerHost: {
    when: 'before start',
    packages: {
      // Lucid's own kernel is too old for containers.
      'ubuntu-10.04': ['iptables', 'linux-image-virtual-lts-backport-oneiric', 'quota'],
      'ubuntu-12.04': ['iptables', 'linux-image-extra-virtual', 'linux-image-virtual', 'quota'],
      'debian-12': ['iptables', 'quota'],
    },
  },
  nfsServes: { when: 'after start' },
  databaseRoles: { when: 'after start' },
} as const satisfies Record<string, SpecialTraits>;

export type SpecialStepName = keyof typeof SPECIAL_STEPS;

/** Which components of a release version have which special steps, in order. */
export type SpecialTable = Readonly<Partial<Record<ComponentName, readonly SpecialStepName[]>>>;

/** The special steps of one component; every node must know the system names. */
export const specialStepsOf = (table: SpecialTable, component: ComponentName): readonly SpecialStepName[] => [
  'systemNames',
  ...(table[component] ?? []),
];

export const isDue = (name: SpecialStepName, when: SpecialTraits['when']): boolean => SPECIAL_STEPS[name].when === when;

/** What these steps need of a profile's packages, each once. */
export const specialPackages = (profile: string, names: Iterable<SpecialStepName>): string[] => [
  ...new Set([...names].flatMap((name) => (SPECIAL_STEPS[name] as SpecialTraits).packages?.[profile] ?? [])),
];

/** What any component of any version may need: the mirror holds all of it. */
export const everySpecialPackage = (profile: string): string[] =>
  specialPackages(profile, Object.keys(SPECIAL_STEPS) as SpecialStepName[]);

function everywhere(...packages: string[]): Readonly<Record<string, readonly string[]>> {
  return { 'ubuntu-10.04': packages, 'ubuntu-12.04': packages, 'debian-12': packages };
}
