import type { ClusterContext } from '../../cluster/cluster-context.ts';
import { addressesOf, type Configuration } from '../../domain/configuration.ts';
import { addressesToSee, leavingOf } from '../../domain/plan/leaving.ts';
import { type PlanPreview, previewChanges, type PreviewedNode } from '../../domain/plan/plan-preview.ts';
import type { NodeSurvey } from '../../domain/plan/survey.ts';
import type { Store } from '../../store/store.ts';
import { hurried } from '../access/enter-at-once.ts';
import { enterAs, type Guest, type Visiting, withGuest } from '../access/guest.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { lookUpRecord } from '../preflight/dns-record.ts';
import { planHash } from '../run/plan-hash.ts';
import { engineRelease } from '../wanted/release-to-deploy.ts';
import { openInspection } from './open-inspection.ts';
import { neverMet } from './first-contact.ts';
import { LOGINS_AT_ONCE } from '../in-turn.ts';
import { lookAtEach } from './look-at-each.ts';
import { surveyNode, unreadNode } from './survey-node.ts';

/** A caller waits for the whole: nodes that have not answered by then are said not to have been read. */
const NODE_MS = 20_000;
/** Key exchanges of thousands take their time. */
const MS_A_NODE = 40;
/** Less than the activity may take. */
const ALL_MS = 100_000;

/** Says what a deploy of a configuration would do. Read-only; stores nothing but its answer. */
export const createPreviewPlan =
  (deps: Visiting & { readonly store: Pick<Store, 'inspections'> }, nodeMs = NODE_MS) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal }) => {
      const asked = await openInspection(deps.store, inspection);
      const answer = await withGuest(deps, asked, ({ deps: means, ...guest }) => {
        const connections = hurried(means.connections, cancellationSignal);
        return preview({ ...guest, deps: { ...means, connections } }, asked.configuration, {
          signal: cancellationSignal,
          nodeMs,
        });
      });
      await deps.store.inspections.answer<'preview'>(inspection, answer);
    });

interface Patience {
  readonly signal: AbortSignal;
  readonly nodeMs: number;
}

async function preview(guest: Guest, configuration: Configuration, patience: Patience): Promise<PlanPreview> {
  const { deps } = guest;
  const release = await engineRelease(deps);
  const cluster = await deps.contexts.preview(configuration, release.sha256);
  const strangers = await neverMet(deps.store, addressesOf(configuration));
  const installed = await deps.store.installed.all();
  const leaving = leavingOf(installed, cluster.instances);
  const claimed = await deps.store.nodes.claimed();
  const [surveys, record] = await Promise.all([
    lookAtAll(guest, cluster, addressesToSee(configuration, { leaving, claimed }), patience),
    lookUpRecord(configuration, { addresses: addressesOf(configuration), enter: enterAs(guest) }),
  ]);
  const changes = previewChanges({
    instances: cluster.instances,
    surveys,
    installed,
    claimed,
    ports: cluster.ports,
    apart: cluster.apart,
  });
  const revision = await deps.store.configurations.numberFor(configuration);
  const { name, version, sha256 } = release;
  return {
    revision,
    release: { name, version, sha256 },
    ...changes,
    ...(record === undefined ? {} : { dns: { ...record.dns, findings: record.findings } }),
    nodes: await withHostKeys(guest, changes.nodes, strangers),
    hash: planHash({ revision, release: sha256, instances: cluster.instances, installed }),
  };
}

/** The host key of a first contact, for people to compare. */
const withHostKeys = (
  { fingerprint }: Guest,
  nodes: readonly PreviewedNode[],
  strangers: readonly string[],
): Promise<PreviewedNode[]> =>
  Promise.all(
    nodes.map(async (node) => {
      const hostKey = strangers.includes(node.address) ? await fingerprint(node.address) : undefined;
      return hostKey === undefined ? node : { ...node, hostKey };
    }),
  );

async function lookAtAll(
  { deps, configurationFor }: Guest,
  cluster: ClusterContext,
  addresses: readonly string[],
  { signal, nodeMs }: Patience,
): Promise<NodeSurvey[]> {
  const contexts = new Map([[cluster.configuration, cluster]]);
  for (const configuration of new Set(addresses.map(configurationFor)))
    if (!contexts.has(configuration))
      contexts.set(configuration, await deps.contexts.preview(configuration, cluster.release.sha256));
  const contextOf = (address: string): ClusterContext => contexts.get(configurationFor(address)) ?? cluster;
  const limits = {
    signal,
    nodeMs,
    allMs: Math.min(ALL_MS, nodeMs + MS_A_NODE * addresses.length),
    atOnce: LOGINS_AT_ONCE,
  };
  const looked = await lookAtEach(addresses, (address) => surveyNode(deps, contextOf(address), address), limits);
  return Promise.all(
    looked.map(async (each) =>
      'found' in each ? each.found : unreadNode(deps, contextOf(each.address), each.address, each.failure),
    ),
  );
}
