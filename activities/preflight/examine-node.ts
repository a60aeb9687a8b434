import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterContext } from '../../cluster/cluster-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { instancesByPosition } from '../../domain/instance.ts';
import { UNKNOWN_OWNER } from '../../domain/node/adoption.ts';
import { machineFindings, type MirrorHolds } from '../../domain/node/judge-machine.ts';
import { finding, NODE_ROOMS, nodeSurroundings } from '../../domain/node/judge-surroundings.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import type { Finding } from '../../domain/node/preflight.ts';
import { obstaclesOf } from '../../domain/plan/make-plan.ts';
import { profileFor } from '../../domain/profiles/profiles.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { enterAtOnce, hurried } from '../access/enter-at-once.ts';
import type { Guest } from '../access/guest.ts';
import { lookCommand, splitChecks } from '../checks/probe.ts';
import { surveyNode } from '../looks/survey-node.ts';
import { connect } from '../steps/connect.ts';
import { lookAround, surroundingsIn } from './look-around.ts';

export interface NodeExam {
  readonly facts: NodeFacts;
  readonly findings: readonly Finding[];
}

interface Examined {
  readonly guest: Guest;
  readonly configuration: Configuration;
  readonly address: string;
  /** What the node should become; undefined without a release. */
  readonly context: ClusterContext | undefined;
  readonly signal: AbortSignal;
}

/** The survey of all steps gets no more time; after that the rest is reported without it. */
const SURVEY_MS = 20_000;

/** Looks at one node: at the machine, at its surroundings, and at what its steps would park with. */
export async function examineNode(examined: Examined): Promise<NodeExam> {
  const { guest, configuration, address, signal } = examined;
  const { deps } = guest;
  const session = await enter(examined);
  const machine = connect({ engine: deps.engine, runnerFile: '', configuration });
  const mirrorUrl = await boundMirror(examined);
  const checks = [machine.check, { run: lookAround(ROOMS) }, { run: reach(mirrorUrl) }] as const;
  const before = Date.now();
  const { stdout } = await session.read(lookCommand(checks), { signal });
  const after = Date.now();
  const [first, around, reached] = splitChecks(address, stdout, checks);

  const {
    node: facts,
    lookup,
    claim: { owner },
  } = machine.check.parse(first);
  const seen = {
    facts,
    packageArchitecture: facts.packageArchitecture ?? '',
    skew: leastSkew(facts.clockSkew, after - before),
    isSilent: lookup === 'silent',
    stranger: ['', UNKNOWN_OWNER, deps.engine.id].includes(owner) ? undefined : owner,
    reachesMirror: mirrorUrl === undefined || reached.exitCode === NO_PERL ? undefined : reached.exitCode === 0,
  };
  const components = instancesByPosition(configuration.components)
    .filter((instance) => instance.address === address)
    .map(({ component }) => component);
  const mirror = await mirrorHolds(deps, facts.system);
  const wanted = { address, components, properties: configuration.properties, mirror };
  const own = machineFindings(seen, wanted);
  return {
    facts,
    findings: [
      ...own,
      ...nodeSurroundings(surroundingsIn(around.stdout), address),
      ...(own.some(({ check }) => check === 'system' || check === 'owner') ? [] : await stepFindings(examined)),
    ],
  };
}

const ROOMS = Object.keys(NODE_ROOMS);
const NO_PERL = 127;
const CONNECT = 'exit(IO::Socket::INET->new(PeerAddr => $ARGV[0], PeerPort => $ARGV[1], Timeout => 3) ? 0 : 1)';

/** Every system of ours has perl, and not all have a program that fetches. */
function reach(mirrorUrl: string | undefined): Command {
  const { hostname = '', port = '' } = mirrorUrl === undefined ? {} : new URL(mirrorUrl);
  return sh`perl -MIO::Socket::INET -e ${CONNECT} ${hostname} ${port}`;
}

/** The mirror listens at the address of the posted configuration; one where it will listen later cannot be tried. */
async function boundMirror({ guest, configuration, context }: Examined): Promise<string | undefined> {
  const newest = await guest.deps.store.configurations.newest();
  const { home } = configuration.properties;
  return home.includes(':') || newest?.configuration.properties.home !== home ? undefined : context?.mirrorUrl;
}

async function enter({ guest, address, signal }: Examined) {
  const { deps, configurationFor } = guest;
  const login = await deps.logins.of(configurationFor(address), address);
  return enterAtOnce({ connections: deps.connections, address, login, as: 'anyone', signal });
}

/** Its clock was read at some moment during the look. */
const leastSkew = (skew: number, lookMs: number): number =>
  Math.sign(skew) * Math.max(0, Math.abs(skew) - Math.ceil(lookMs / 1000) - 1);

async function mirrorHolds({ mirror }: Guest['deps'], system: string): Promise<MirrorHolds> {
  const profile = profileFor(system);
  if (profile === undefined) return { isFilled: false, architecture: undefined };
  const [sources, architecture] = await Promise.all([mirror.sources(profile.name), mirror.architecture(profile.name)]);
  return { isFilled: sources !== undefined, architecture };
}

const TOLD_ALREADY = ['DiskTooSmall', 'UnsupportedSystem', 'EnvironmentLacking'];

/** What steps of a deploy would park with, by the same judgement as a run. */
async function stepFindings({ guest, address, context, signal }: Examined): Promise<Finding[]> {
  if (context === undefined) return [];
  const survey = await Promise.race([
    surveyNode({ ...guest.deps, connections: hurried(guest.deps.connections, signal) }, context, address),
    sleep(SURVEY_MS, undefined, { ref: false }),
  ]);
  const about = (where: string, severity: Finding['severity'], what: Text): Finding =>
    finding(
      'steps',
      where,
    )({ severity, what, remedy: 'as it says; docs/errors.md and docs/special-steps.md have more' });
  if (survey === undefined)
    return [
      about(
        address,
        'slows',
        phrase('it needs more than {seconds} s to say what a deploy would change', { seconds: SURVEY_MS / 1000 }),
      ),
    ];
  if (survey.failure !== undefined) return [about(address, 'stops', survey.failure.message)];
  const refused = survey.steps
    .flatMap(({ refusals = [] }) => refusals)
    .filter(({ code }) => !TOLD_ALREADY.includes(code));
  return [
    ...refused.map(({ message }) => about(address, 'stops', message)),
    ...survey.instances.flatMap((instance) =>
      obstaclesOf(instance).map((message) => about(`${address} (${instance.id})`, 'stops', message)),
    ),
    ...(survey.warnings ?? []).map((message) => about(address, 'slows', message)),
  ];
}
