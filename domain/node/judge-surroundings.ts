import { phrase, type Text } from '../text/text.ts';
import { type Mount, mountOf } from './mounts.ts';
import type { Finding, PreflightCheck, Severity } from './preflight.ts';

/** A folder the work needs room in. */
export interface Room {
  readonly folder: string;
  /** Undefined if the file system does not say. */
  readonly freeKiB: number | undefined;
  /** Undefined where the file system has no fixed number. */
  readonly freeInodes: number | undefined;
}

/** A machine's surroundings, as far as they concern a deploy. */
export interface Surroundings {
  readonly rooms: readonly Room[];
  readonly mounts: readonly Mount[];
  /** Files that set a proxy; never their values, which may hold a password. */
  readonly proxies: readonly string[];
  /** Who holds the package lock: `apt-get (pid 812)`. */
  readonly lockHolder: string | undefined;
}

/** How much room a folder should have, in KiB: below `least` a deploy stops, below `usual` it may. */
export interface RoomWanted {
  readonly least: number;
  readonly usual: number;
}

const MIB = 1024;

/** Every node: release, ruby and logs; what the packages' own scripts unpack. */
export const NODE_ROOMS: Readonly<Record<string, RoomWanted>> = {
  '/var/vcap': { least: 256 * MIB, usual: 2048 * MIB },
  '/var/lib/deployment-engine': { least: 128 * MIB, usual: 1024 * MIB },
  '/tmp': { least: 16 * MIB, usual: 256 * MIB },
};
const FEW_INODES = 20_000;

const WRITTEN = [
  '/',
  '/etc',
  '/usr/local',
  '/home',
  '/var',
  '/var/lib',
  '/var/lib/deployment-engine',
  '/var/vcap',
  '/tmp',
];
const STARTED_FROM = ['/usr/local', '/var/lib/deployment-engine', '/var/vcap'];

type About = Pick<Finding, 'severity' | 'what' | 'remedy'>;

/** What a node's surroundings would do to a deploy. */
export const nodeSurroundings = (seen: Surroundings, where: string): Finding[] => [
  ...rooms(seen, NODE_ROOMS).map(finding('space', where)),
  ...mountFindings(seen.mounts).map(finding('mounts', where)),
  ...lockFindings(seen).map(finding('apt', where)),
  ...proxyFindings(seen).map(finding('proxies', where)),
];

export const finding =
  (check: PreflightCheck, where: Text) =>
  (about: About): Finding => ({ check, where, ...about });

export function rooms(
  { rooms: seen }: Pick<Surroundings, 'rooms'>,
  wanted: Readonly<Record<string, RoomWanted>>,
): About[] {
  return seen.flatMap(({ folder, freeKiB, freeInodes }) => {
    const { least, usual } = wanted[folder] ?? { least: 0, usual: 0 };
    const remedy = phrase('free some space for {folder}, or give it a larger file system', { folder });
    const of = (severity: Severity, what: Text): About => ({ severity, what, remedy });
    return [
      ...(freeKiB !== undefined && freeKiB < usual
        ? [
            of(
              freeKiB < least ? 'stops' : 'slows',
              phrase('{folder} has {free} free; a deploy needs up to {usual}', {
                folder,
                free: mib(freeKiB),
                usual: mib(usual),
              }),
            ),
          ]
        : []),
      ...(freeInodes !== undefined && freeInodes < FEW_INODES
        ? [
            of(
              freeInodes === 0 ? 'stops' : 'slows',
              phrase('{folder} has room for {count} more files only (inodes)', { folder, count: freeInodes }),
            ),
          ]
        : []),
    ];
  });
}

const mib = (kib: number): string => `${Math.floor(kib / MIB)} MiB`;

function mountFindings(mounts: readonly Mount[]): About[] {
  const holding = (paths: readonly string[], option: string): Set<string> =>
    new Set(
      paths.flatMap((path) => {
        const mount = mountOf(path, mounts);
        return mount?.options.includes(option) === true ? [mount.point] : [];
      }),
    );
  return [
    ...[...holding(WRITTEN, 'ro')].map((point): About => ({
      severity: 'stops',
      what: phrase('{point} is mounted read-only', { point }),
      remedy: phrase('look in dmesg why; mount -o remount,rw {point}, and correct /etc/fstab', { point }),
    })),
    ...[...holding(STARTED_FROM, 'noexec')].map((point): About => ({
      severity: 'stops',
      what: phrase('{point} is mounted noexec, and programs are started from there', { point }),
      remedy: phrase('mount -o remount,exec {point}, and correct /etc/fstab', { point }),
    })),
    ...[...holding(['/tmp'], 'noexec')].map((point): About => ({
      severity: 'slows',
      what: phrase('{point} is mounted noexec: scripts of packages that start programs there will fail', { point }),
      remedy: phrase("mount -o remount,exec {point}, if a package's script fails", { point }),
    })),
  ];
}

const lockFindings = ({ lockHolder }: Surroundings): About[] =>
  lockHolder === undefined
    ? []
    : [
        {
          severity: 'slows',
          what: phrase('{lockHolder} holds the package lock; a deploy waits for it', { lockHolder }),
          remedy: 'let it end, or end it if it hangs; turn unattended upgrades off while you deploy',
        },
      ];

export const proxyFindings = ({ proxies }: Pick<Surroundings, 'proxies'>): About[] =>
  proxies.map((file) => ({
    severity: 'slows',
    what: phrase(
      '{file} sets a proxy; the engine goes past it, but what others start would not reach the cluster directly',
      { file },
    ),
    remedy: phrase('take it out of {file}, or list the addresses of the cluster and its domain in no_proxy', { file }),
  }));
