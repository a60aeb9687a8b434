import type { NodeChange, PlanPreview, PreviewedInstance, PreviewedNode } from '../domain/plan/plan-preview.ts';
import type { Interruption, PlannedInstance } from '../domain/plan/plan.ts';
import { toGiveBack } from '../domain/plan/sweeps.ts';
import { sameText } from '../domain/text/distinct.ts';
import { countOf } from '../domain/text/counts.ts';
import { firstJoined, firstNamed } from '../domain/text/joined.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';

const SIGNS: Readonly<Record<NodeChange, string>> = {
  added: '+',
  changed: '~',
  removed: '-',
  untouched: '=',
  unreachable: '?',
};

/** A plan for people: a line for each change and its reason; what stays is only counted. */
export function planText({
  revision,
  release,
  nodes,
  instances,
  interruptions = [],
  builds,
  dns,
  hash,
}: PlanPreview): string {
  const working = instances.filter(({ change }) => change !== 'untouched');
  const preparing = nodes.filter(({ change }) => change !== 'untouched');
  return [
    inOwnLanguage(
      phrase('Revision {revision}, {release} {version}: {changes}', {
        revision,
        release: release.name,
        version: release.version,
        changes: withUnread(changeCounts(instances, nodes), nodes),
      }),
    ),
    ...working.flatMap((instance) =>
      entry(
        inOwnLanguage(
          phrase('{sign} {id} on {address}', {
            sign: SIGNS[instance.change],
            id: instance.id,
            address: instance.address,
          }),
        ),
        linesOf(instance),
      ),
    ),
    ...interruptionLines(interruptions),
    ...(preparing.length === 0
      ? []
      : [
          '',
          inOwnLanguage(phrase('Nodes to prepare: {count} of {all}', { count: preparing.length, all: nodes.length })),
        ]),
    ...preparing.flatMap(nodeLines),
    ...buildLines(builds),
    ...warningLines(nodes),
    ...dnsLines(dns),
    '',
    inOwnLanguage(phrase('Plan {hash}', { hash })),
  ].join('\n');
}

function dnsLines(dns: PlanPreview['dns']): string[] {
  const [first] = dns?.findings ?? [];
  if (dns === undefined || first === undefined) return [];
  const what = dns.findings.map((finding) => `  ${inOwnLanguage(finding.what)}`);
  return ['', inOwnLanguage(phrase('DNS: {remedy}', { remedy: first.remedy })), ...what];
}

/** Marks what only an operator can fix. */
const linesOf = ({ reasons, obstacles }: PreviewedInstance): string[] => [
  ...reasons.filter((reason) => !obstacles.some((obstacle) => sameText(obstacle, reason))).map(withFirstNames),
  ...obstacles.map((obstacle) => `! ${inOwnLanguage(obstacle)}`),
];

const nodeLines = (node: PreviewedNode): string[] => {
  const headline = `${SIGNS[node.change]} ${node.address}`;
  // Nothing is known about its steps.
  if (node.change === 'unreachable')
    return entry(`${headline}: ${node.steps.flatMap(({ reasons }) => reasons.map(inOwnLanguage)).join('; ')}`, []);
  return entry(headline, [...hostKeyLines(node), ...stepReasons(node)]);
};

const hostKeyLines = ({ hostKey }: PreviewedNode): string[] =>
  hostKey === undefined
    ? []
    : [inOwnLanguage(phrase('SSH host key {key}, met for the first time: compare it', { key: hostKey }))];

/** A new node lacks everything. */
const stepReasons = ({ change, steps }: PreviewedNode): string[] =>
  change === 'added'
    ? [steps.map(({ name }) => name).join(', ')]
    : steps.map(({ name, reasons }) => `${name}: ${shortened(reasons)}`);

function withUnread(changes: Text, nodes: readonly PreviewedNode[]): Text {
  const count = nodes.filter(({ change }) => change === 'unreachable').length;
  return count === 0 ? changes : phrase('{changes}; {nodes} not looked at', { changes, nodes: countOf(count, 'node') });
}

const shortened = (reasons: readonly Text[]): string => inOwnLanguage(firstJoined(reasons, 5));

const MOST_NAMES = 10;

/** `properties: a, b`: between two versions of a release dozens of properties change. */
function withFirstNames(said: Text): string {
  const reason = inOwnLanguage(said);
  const [, kind, names] = /^([^:：]+(?:: |：))(.+)$/s.exec(reason) ?? [];
  if (kind === undefined || names === undefined) return reason;
  const all = names.split(/, |、/);
  return all.length <= MOST_NAMES + 1 ? reason : `${kind}${inOwnLanguage(firstNamed(all, MOST_NAMES))}`;
}

const entry = (headline: string, reasons: readonly string[]): string[] => [
  `  ${headline}`,
  ...reasons.map((reason) => `      ${reason}`),
];

function changeCounts(instances: readonly PlannedInstance[], nodes: readonly PreviewedNode[]): Text {
  const counts = (['added', 'changed', 'removed', 'untouched'] as const).map(
    (kind) => [instances.filter(({ change }) => change === kind).length, kind] as const,
  );
  const given = nodes.filter(
    ({ change, steps }) => change === 'removed' && steps.some(({ name }) => name === 'giveBack'),
  );
  if (given.length === 0 && counts.every(([count, kind]) => count === 0 || kind === 'untouched')) return 'no changes';
  const names = [
    ...counts.filter(([count]) => count > 0).map(([count, kind]) => phrase(`{count} ${kind}`, { count })),
    ...(given.length === 0 ? [] : [toGiveBack(given.length)]),
  ];
  return phrase('{names}', { names });
}

function buildLines(builds: PlanPreview['builds']): string[] {
  const count = Object.keys(builds).length;
  const builders = [...new Set(Object.values(builds))].join(', ');
  return count === 0
    ? []
    : ['', inOwnLanguage(phrase('To build first: {count} artefacts, on {builders}', { count, builders }))];
}

/** What users will notice. */
function interruptionLines(interruptions: readonly Interruption[]): string[] {
  const lines = interruptions.map(
    ({ what, reasons }) => `  ! ${inOwnLanguage(what)} (${reasons.map(withFirstNames).join('; ')})`,
  );
  return lines.length === 0 ? [] : ['', inOwnLanguage('Interruptions'), ...lines];
}

/** Including those of nodes without changes. */
function warningLines(nodes: readonly PreviewedNode[]): string[] {
  const lines = nodes.flatMap(({ address, warnings = [] }) =>
    warnings.map((warning) => `  ! ${address}: ${inOwnLanguage(warning)}`),
  );
  return lines.length === 0 ? [] : ['', inOwnLanguage('Warnings'), ...lines];
}
