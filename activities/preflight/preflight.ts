import type { ClusterContext } from '../../cluster/cluster-context.ts';
import { addressesOf, type Configuration } from '../../domain/configuration.ts';
import { type DeploymentEngineError, type ErrorCode } from '../../domain/errors.ts';
import { instancesByPosition } from '../../domain/instance.ts';
import { documented } from '../../domain/node/hardware.ts';
import type { Inspection } from '../../domain/node/inspection.ts';
import { finding } from '../../domain/node/judge-surroundings.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import {
  type Finding,
  type PreflightCheck,
  type PreflightNode,
  preflightReport,
  type PreflightReport,
} from '../../domain/node/preflight.ts';
import type { Store } from '../../store/store.ts';
import { enterAs, type Guest, type Visiting, withGuest } from '../access/guest.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { lookAtEach } from '../looks/look-at-each.ts';
import { openInspection } from '../looks/open-inspection.ts';
import { engineRelease } from '../wanted/release-to-deploy.ts';
import { lookUpRecord } from './dns-record.ts';
import { examineNode, type NodeExam } from './examine-node.ts';
import { ownFindings } from './own-machine.ts';

/** Says what would stop or slow a deploy of a configuration. Read-only; stores nothing but its answer. */
export const createPreflight =
  (deps: Visiting & { readonly store: Pick<Store, 'inspections'> }) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal }) => {
      const asked = await openInspection(deps.store, inspection);
      const report = await withGuest(deps, asked, (guest) => preflight(guest, asked, cancellationSignal));
      await deps.store.inspections.answer<'preflight'>(inspection, report);
    });

async function preflight(
  guest: Guest,
  { configuration, candidate }: Inspection,
  signal: AbortSignal,
): Promise<PreflightReport> {
  const { deps } = guest;
  const pinned = new Map(
    await Promise.all(
      addressesOf(configuration).map(async (address) => [address, await deps.store.nodes.hostKey(address)] as const),
    ),
  );
  const contexts = await contextsFor(guest, configuration);
  const [own, record, looked] = await Promise.all([
    ownFindings(deps, configuration),
    lookUpRecord(configuration, { addresses: addressesOf(configuration), enter: enterAs(guest) }),
    lookAtEach(
      addressesOf(configuration),
      (address, late) =>
        examineNode({
          guest,
          configuration,
          address,
          context: contexts.get(guest.configurationFor(address)),
          signal: late,
        }),
      { signal },
    ),
  ]);
  const nodes = await Promise.all(
    looked.map(async ({ address, ...result }): Promise<PreflightNode> => {
      const fingerprint = await guest.fingerprint(address);
      const components = componentsOn(address, configuration);
      const isPinned = pinned.get(address) !== undefined;
      return {
        address,
        components,
        ...(fingerprint === undefined ? {} : { hostKey: { fingerprint, isPinned } }),
        ...('found' in result
          ? shown(result.found)
          : { findings: [unreadable(address, result.failure, (candidate?.masked ?? []).length > 0)] }),
      };
    }),
  );
  return preflightReport({
    controlMachine: { address: configuration.properties.home, findings: [...own, ...(record?.findings ?? [])] },
    ...(record === undefined ? {} : { dns: record.dns }),
    nodes,
  });
}

/** What nodes should become. Unknown without a release, which the control machine's findings then say. */
async function contextsFor(
  { deps, configurationFor }: Guest,
  configuration: Configuration,
): Promise<ReadonlyMap<Configuration, ClusterContext>> {
  const release = await engineRelease(deps).catch(() => undefined);
  if (release === undefined) return new Map();
  const wanted = [...new Set(addressesOf(configuration).map(configurationFor))];
  return new Map(
    await Promise.all(wanted.map(async (each) => [each, await deps.contexts.preview(each, release.sha256)] as const)),
  );
}

const componentsOn = (address: string, { components }: Configuration) =>
  instancesByPosition(components)
    .filter((instance) => instance.address === address)
    .map(({ component }) => component);

const shown = ({ facts, findings }: NodeExam) => ({
  system: facts.system,
  kernel: facts.kernel,
  architecture: facts.architecture,
  hardware: documented(facts),
  findings,
});

const CHECKS: Partial<Record<ErrorCode, PreflightCheck>> = {
  AuthenticationFailed: 'login',
  HostKeyMismatch: 'hostKey',
  NodeUnreachable: 'reach',
  ConnectionLost: 'reach',
  CommandTimedOut: 'reach',
};

const REMEDIES: Partial<Record<PreflightCheck, Text>> = {
  login: 'check user, password and root of the configuration, and PermitRootLogin for the first contact',
  sudo: 'give the user sudo rights with its password, or let root in',
  hostKey: 'find out whether it is the machine you mean before you accept its key',
  reach: 'start the machine and its SSH server, and mend the network between',
};

const MASKED = 'send the passwords in clear: a masked one goes to no address that the posted configuration lacks';

/** Why nothing more is known of a node. */
function unreadable(address: string, { code, text, details }: DeploymentEngineError, isMasked: boolean): Finding {
  const where = Array.isArray(details['where']) ? (details['where'] as unknown[]) : [];
  const check = where.includes('sudo') ? 'sudo' : (CHECKS[code] ?? 'steps');
  const remedy = REMEDIES[check] ?? phrase('docs/errors.md says what {code} means', { code });
  const isLogin = check === 'login' || check === 'sudo';
  return finding(
    check,
    address,
  )({
    severity: 'stops',
    what: text,
    remedy: isLogin && isMasked ? joined([remedy, MASKED]) : remedy,
  });
}
