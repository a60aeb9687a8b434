import type { NodeContext } from '../../cluster/node-context.ts';
import { raw, sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { isAdopted, strangersAmong, UNKNOWN_OWNER, unknownInstances } from '../../domain/node/adoption.ts';
import { copyAt, nameOfCopy, type Visitor } from '../../domain/node/copied-engine.ts';
import type { NodeFacts } from '../../domain/node/node-facts.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import { profileFor, PROFILES } from '../../domain/profiles/profiles.ts';
import type { Act, Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { type FoundClaim, foundClaim, readClaim } from '../checks/claim.ts';
import type { Claimant } from '../checks/claimant.ts';
import { inContainer } from '../checks/in-container.ts';
import { hardwareIn, measureHardware } from '../checks/measure-hardware.ts';
import { ofMachine } from '../checks/measure-disk.ts';
import { type Lookup, lookUp, lookupOf, printLookup } from '../checks/name-lookup.ts';
import { NOW, seeTime } from '../checks/see-time.ts';
import { ofArchitecture, tellArchitecture } from '../checks/see-architecture.ts';
import { seeFiles } from '../checks/wanted-file.ts';

export interface ConnectFacts extends FoundClaim {
  readonly node: NodeFacts;
  readonly hasRunner: boolean;
  /** How the cluster's own name is resolved. */
  readonly lookup: Lookup;
}

type Wanted = Pick<NodeContext, 'engine' | 'runnerFile' | 'configuration' | 'former'> &
  Partial<Pick<NodeContext, 'profile'>>;

/** The node must be ours before anything on it is changed. */
export const connect = ({ engine, runnerFile, configuration, former, profile }: Wanted): Step<ConnectFacts> => ({
  title: 'Connect',

  check: {
    run: sh`
      if [ -r /etc/os-release ]; then
        . /etc/os-release
      elif [ -r /etc/lsb-release ]; then
        . /etc/lsb-release
        ID=$(echo "$DISTRIB_ID" | tr A-Z a-z) VERSION_ID=$DISTRIB_RELEASE
      fi
      echo "system=$ID-$VERSION_ID"
      read -r hostname </proc/sys/kernel/hostname
      echo "hostname=$hostname"
      read -r kernel </proc/sys/kernel/osrelease
      echo "kernel=$kernel"
      ${tellArchitecture}
      ${measureHardware}
      read -r boot </proc/sys/kernel/random/boot_id
      read -r first </proc/1/stat
      set -- \${first##*) }
      # When PID 1 began: field 22 of its line, which begins anew behind its name.
      echo "bootId=$boot-\${20}"
      echo "clock=${raw(NOW)}"
      read -r line </proc/cmdline
      echo "bootCommandLine=$line"
      [ -d /sys/fs/cgroup ] && echo hasCgroups=yes
      ${inContainer()} && echo isContainer=yes
      ${printLookup}
      case $asked_files in
        *${` ${runnerFile} `}*) case $seen_files in *"file="${raw(digestIn(runnerFile))}*${` ${runnerFile}`}*) echo hasRunner=yes ;; esac ;;
        *) case $(sha256sum ${runnerFile} 2>/dev/null) in ${raw(digestIn(runnerFile))}*) echo hasRunner=yes ;; esac ;;
      esac
      ${readClaim}
      true`,
    together: [
      ofMachine,
      { read: seeTime, names: [] },
      { read: seeFiles, names: runnerFile === '' ? [] : [runnerFile] },
      ...ofArchitecture,
    ],
    once: lookUp(`api.${configuration.properties.domain}`),
    parse: ({ stdout }) => parseFacts(stdout),
  },

  changes: ({ node, hasRunner, claim, claimant, visitor, instances }) => {
    const { owner } = claim;
    const adopted = isAdopted(claim, former?.adoption);
    const adopt = owner !== engine.id && adopted ? owner : undefined;
    if (![engine.id, adopt, '', UNKNOWN_OWNER].includes(owner)) throw foreign(owner, claimant);
    const copy = copyAt({ owner, visitor }, engine.id, former?.past);
    if (copy !== undefined && !adopted) throw copied(owner, copy);
    if (owner !== engine.id && former !== undefined) refuseStrangers(strangersAmong(instances, claim, former));
    refuseUnsupported(node, profile);
    const reasons = [...(hasRunner ? [] : ['no runner']), ...claimReason(owner, adopt), ...copyReason(copy)];
    const act: Act = { kind: 'installRunner', ...(adopt === undefined ? {} : { adopt }) };
    return reasons.length === 0 ? [] : [{ reason: phrase('{names}', { names: reasons }), act }];
  },
});

function claimReason(owner: string, adopt: string | undefined): Text[] {
  if (owner === '') return ['the node is not claimed'];
  if (owner === UNKNOWN_OWNER) return ['its claim is damaged'];
  return adopt === undefined ? [] : [phrase('the node is taken over from the engine {engine}', { engine: adopt })];
}

const copyReason = (copy: Visitor | undefined): Text[] =>
  copy === undefined
    ? []
    : [phrase('the node is taken over from a copy of this engine on {copy}', { copy: nameOfCopy(copy) })];

function refuseStrangers(strangers: readonly string[]): void {
  if (strangers.length > 0)
    throw new DeploymentEngineError('UnknownInstances', unknownInstances(strangers), {
      details: { instances: strangers },
    });
}

/** A runner is named by its digest: one that a power cut emptied is not there. */
const digestIn = (runnerFile: string): string => /-([0-9a-f]+)\.sh$/.exec(runnerFile)?.[1] ?? 'none';

function foreign(owner: string, claimant: Partial<Claimant> = {}): DeploymentEngineError {
  const { host, since } = claimant;
  const at = host === undefined ? owner : phrase('{owner} on {host}', { owner, host });
  const by = since === undefined ? at : phrase('{owner}, since {since}', { owner: at, since });
  return new DeploymentEngineError(
    'DuplicateController',
    phrase(
      'The node belongs to another engine ({owner}). Stop that engine; when it is gone for good, take the node over with POST /deployment-engine/hosts/adopt, then deploy again.',
      { owner: by },
    ),
    { details: { owner, ...shownOf(claimant) } },
  );
}

/** For people, to whom a machine's digest means nothing. */
const shownOf = ({ host, since, address, serial }: Partial<Claimant>) =>
  Object.fromEntries(Object.entries({ host, since, address, serial }).filter(([, value]) => value !== undefined));

/** Also where a backup of before that run was restored on another machine: only people know which it is. */
export const copied = (engine: string, copy: Visitor): DeploymentEngineError =>
  new DeploymentEngineError(
    'DuplicateController',
    phrase(
      'A copy of this engine ({engine}) works on this node from another machine: {copy}, and this store does not know it. Stop the engine there for good; then take the node over with POST /deployment-engine/hosts/adopt, and deploy again.',
      { engine, copy: nameOfCopy(copy) },
    ),
    { details: { owner: engine, run: copy.run, ...(copy.host === undefined ? {} : { host: copy.host }) } },
  );

function refuseUnsupported({ system, packageArchitecture = '' }: NodeFacts, mirrored?: NodeProfile): void {
  if (profileFor(system) === undefined)
    throw new DeploymentEngineError(
      'UnsupportedSystem',
      phrase('No profile serves {system}. Supported: {systems}.', {
        system: system || 'this system',
        systems: PROFILES.map((profile) => profile.system),
      }),
    );
  const architecture = mirrored?.packageArchitecture ?? packageArchitecture;
  if (packageArchitecture !== '' && packageArchitecture !== architecture)
    throw new DeploymentEngineError(
      'UnsupportedSystem',
      phrase(
        "The node is {own}, and the mirror's packages are for {architecture}. Use a machine of {architecture}, or a control machine of {own}.",
        { own: packageArchitecture, architecture },
      ),
    );
}

function parseFacts(stdout: string): ConnectFacts {
  const answers = readAnswers(stdout);
  const { number, has } = answers;
  const text = (name: string): string => answers.value(name) ?? '';
  return {
    node: {
      hostname: text('hostname'),
      system: text('system'),
      kernel: text('kernel'),
      architecture: text('architecture'),
      packageArchitecture: text('packages'),
      ...hardwareIn(answers),
      bootId: text('bootId'),
      clockSkew: number('clock') - Math.round(Date.now() / 1000),
      bootCommandLine: text('bootCommandLine'),
      hasCgroups: has('hasCgroups'),
      isContainer: has('isContainer'),
      resolvesApi: has('lookup', 'found'),
    },
    hasRunner: has('hasRunner'),
    lookup: lookupOf(text('lookup')),
    ...foundClaim(answers),
  };
}
