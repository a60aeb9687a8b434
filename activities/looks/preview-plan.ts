import type { ClusterContext } from '../../cluster/cluster-context.ts';
import { batchesOf } from '../../domain/batches.ts';
import { addressesOf, type Configuration } from '../../domain/configuration.ts';
import { type Leaving, leavingOf } from '../../domain/plan/leaving.ts';
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
import { surveyNode } from './survey-node.ts';

/** Says what a deploy of a configuration would do. Read-only; stores nothing but its answer. */
export const createPreviewPlan =
  (deps: Visiting & { readonly store: Pick<Store, 'inspections'> }) =>
  ({ inspection }: { readonly inspection: string }): Promise<void> =>
    withHeartbeat(async ({ cancellationSignal }) => {
      const asked = await openInspection(deps.store, inspection);
      const answer = await withGuest(deps, asked, ({ deps: means, ...guest }) => {
        const connections = hurried(means.connections, cancellationSignal);
        return preview({ ...guest, deps: { ...means, connections } }, asked.configuration);
      });
      await deps.store.inspections.answer<'preview'>(inspection, answer);
    });

async function preview(guest: Guest, configuration: Configuration): Promise<PlanPreview> {
  const { deps } = guest;
  const release = await engineRelease(deps);
  const cluster = await deps.contexts.preview(configuration, release.sha256);
  const strangers = await neverMet(deps.store, addressesOf(configuration));
  const installed = await deps.store.installed.all();
  const [surveys, record] = await Promise.all([
    lookAtAll(guest, cluster, leavingOf(installed, cluster.instances)),
    lookUpRecord(configuration, { addresses: addressesOf(configuration), enter: enterAs(guest) }),
  ]);
  const changes = previewChanges({
    instances: cluster.instances,
    surveys,
    installed,
    ports: cluster.ports,
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
  leaving: readonly Leaving[],
): Promise<NodeSurvey[]> {
  const addresses = [...new Set([...cluster.instances, ...leaving].map(({ address }) => address))];
  const contexts = new Map([[cluster.configuration, cluster]]);
  for (const configuration of new Set(addresses.map(configurationFor)))
    if (!contexts.has(configuration))
      contexts.set(configuration, await deps.contexts.preview(configuration, cluster.release.sha256));
  const surveys: NodeSurvey[] = [];
  for (const batch of batchesOf(addresses))
    surveys.push(
      ...(await Promise.all(
        batch.map((address) => surveyNode(deps, contexts.get(configurationFor(address)) ?? cluster, address)),
      )),
    );
  return surveys;
}
