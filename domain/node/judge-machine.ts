import type { ComponentName } from '../components.ts';
import type { Configuration } from '../configuration.ts';
import { profileFor, PROFILES } from '../profiles/profiles.ts';
import { phrase } from '../text/text.ts';
import { diskGB } from './disk-size.ts';
import { hardwareShortages } from './hardware.ts';
import { finding } from './judge-surroundings.ts';
import type { NodeFacts } from './node-facts.ts';
import type { Finding } from './preflight.ts';

/** What a look has found out about a machine. */
export interface SeenMachine {
  readonly facts: NodeFacts;
  /** As dpkg calls it: `amd64`. */
  readonly packageArchitecture: string;
  /** The fewest seconds its clock can be ahead, given how long the look took. */
  readonly skew: number;
  /** No name server of it answers in time. */
  readonly isSilent: boolean;
  /** Another engine's id that has claimed it. */
  readonly stranger: string | undefined;
  readonly reachesMirror: boolean | undefined;
}

/** What the mirror holds for the machine's system. */
export interface MirrorHolds {
  readonly isFilled: boolean;
  /** Of its packages; undefined if not known. */
  readonly architecture: string | undefined;
}

interface Wanted {
  readonly address: string;
  readonly components: readonly ComponentName[];
  readonly properties: Pick<Configuration['properties'], 'checkDisk' | 'diskSize' | 'home'>;
  readonly mirror: MirrorHolds;
}

/** Seconds; less is not noticeable. */
const MOST_SKEW = 30;

/** What a machine would do to a deploy. */
export function machineFindings(seen: SeenMachine, wanted: Wanted): Finding[] {
  const { address } = wanted;
  return [
    ...systemFindings(seen, wanted),
    ...[seen.stranger].flatMap((stranger) =>
      stranger === undefined
        ? []
        : finding(
            'owner',
            address,
          )({
            severity: 'stops',
            what: phrase('it belongs to another engine ({stranger})', { stranger }),
            remedy:
              'stop that engine; when it is gone for good, take the node over with POST /deployment-engine/hosts/adopt',
          }),
    ),
    ...diskFindings(seen.facts, wanted),
    ...hardwareShortages(seen.facts, wanted.components).map((what) =>
      finding(
        'processors and memory',
        address,
      )({
        severity: 'slows',
        what: phrase('it {what}', { what }),
        remedy: 'use a larger machine, or move components to another one',
      }),
    ),
    ...(Math.abs(seen.skew) <= MOST_SKEW
      ? []
      : [
          finding(
            'clock',
            address,
          )({
            severity: 'slows',
            what: phrase(
              seen.skew > 0
                ? "its clock is {seconds} s ahead of the control machine's"
                : "its clock is {seconds} s behind the control machine's",
              { seconds: Math.abs(seen.skew) },
            ),
            remedy: 'set it, and have all machines keep the time (ntp, chrony): tokens and logs go by it',
          }),
        ]),
    ...(seen.isSilent
      ? [
          finding(
            'names',
            address,
          )({
            severity: 'slows',
            what: 'no name server of it answers: every look-up of a name waits',
            remedy: 'name one that answers in /etc/resolv.conf, or none',
          }),
        ]
      : []),
    ...(seen.reachesMirror === false
      ? [
          finding(
            'mirror',
            address,
          )({
            severity: 'stops',
            what: phrase('it does not reach the mirror at {home}', { home: wanted.properties.home }),
            remedy: "let it through: the node's route to home, firewalls between, and the mirror's port",
          }),
        ]
      : []),
  ];
}

function systemFindings({ facts, packageArchitecture }: SeenMachine, { address, mirror }: Wanted): Finding[] {
  const profile = profileFor(facts.system);
  if (profile === undefined)
    return [
      finding(
        'system',
        address,
      )({
        severity: 'stops',
        what: phrase('its system is {system}, which no profile serves', { system: facts.system || 'unknown' }),
        remedy: phrase('install one of {systems}', { systems: PROFILES.map(({ system }) => system) }),
      }),
    ];
  if (!mirror.isFilled)
    return [
      finding(
        'system',
        address,
      )({
        severity: 'stops',
        what: phrase('the mirror holds nothing for its system, {profile}', { profile: profile.name }),
        remedy: phrase('run ./local_build.sh --profile {profile} on the control machine', { profile: profile.name }),
      }),
    ];
  if (mirror.architecture === undefined || packageArchitecture === '' || mirror.architecture === packageArchitecture)
    return [];
  return [
    finding(
      'architecture',
      address,
    )({
      severity: 'stops',
      what: phrase("it is {own}, and the mirror's packages are for {architecture}", {
        own: packageArchitecture,
        architecture: mirror.architecture,
      }),
      remedy: phrase('use a machine of {architecture}, or a control machine of {own}', {
        architecture: mirror.architecture,
        own: packageArchitecture,
      }),
    }),
  ];
}

const diskFindings = ({ diskBytes }: NodeFacts, { address, properties }: Wanted): Finding[] =>
  !properties.checkDisk || diskGB(diskBytes) > properties.diskSize
    ? []
    : [
        finding(
          'disk',
          address,
        )({
          severity: 'stops',
          what: phrase('the disk of / has {has} GB; disksize asks for more than {wanted}', {
            has: diskGB(diskBytes),
            wanted: properties.diskSize,
          }),
          remedy: 'enlarge the disk, lower disksize, or set checkdisk to 0',
        }),
      ];
