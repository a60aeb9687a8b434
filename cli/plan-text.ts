import { counted } from '../domain/counted.ts';
import { firstOf } from '../domain/first-of.ts';
import type { NodeChange, PlanPreview, PreviewedInstance, PreviewedNode } from '../domain/plan/plan-preview.ts';
import type { Interruption, PlannedInstance } from '../domain/plan/plan.ts';
import { sameText } from '../domain/text/distinct.ts';
import { inEnglish, type Text } from '../domain/text/text.ts';

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
    `Revision ${revision}, ${release.name} ${release.version}: ${changeCounts(instances)}${unreadLine(nodes)}`,
    ...working.flatMap((instance) =>
      entry(`${SIGNS[instance.change]} ${instance.id} on ${instance.address}`, linesOf(instance)),
    ),
    ...interruptionLines(interruptions),
    ...(preparing.length === 0 ? [] : ['', `Nodes to prepare: ${preparing.length} of ${nodes.length}`]),
    ...preparing.flatMap(nodeLines),
    ...buildLines(builds),
    ...warningLines(nodes),
    ...dnsLines(dns),
    '',
    `Plan ${hash}`,
  ].join('\n');
}

function dnsLines(dns: PlanPreview['dns']): string[] {
  const [first] = dns?.findings ?? [];
  if (dns === undefined || first === undefined) return [];
  const what = dns.findings.map((finding) => `  ${inEnglish(finding.what)}`);
  return ['', `DNS: ${inEnglish(first.remedy)}`, ...what];
}

/** Marks what only an operator can fix. */
const linesOf = ({ reasons, obstacles }: PreviewedInstance): string[] => [
  ...reasons.filter((reason) => !obstacles.some((obstacle) => sameText(obstacle, reason))).map(withFirstNames),
  ...obstacles.map((obstacle) => `! ${inEnglish(obstacle)}`),
];

const nodeLines = (node: PreviewedNode): string[] => {
  const headline = `${SIGNS[node.change]} ${node.address}`;
  // Nothing is known about its steps.
  if (node.change === 'unreachable')
    return entry(`${headline}: ${node.steps.flatMap(({ reasons }) => reasons.map(inEnglish)).join('; ')}`, []);
  return entry(headline, [...hostKeyLines(node), ...stepReasons(node)]);
};

const hostKeyLines = ({ hostKey }: PreviewedNode): string[] =>
  hostKey === undefined ? [] : [`SSH host key ${hostKey}, met for the first time: compare it`];

/** A new node lacks everything. */
const stepReasons = ({ change, steps }: PreviewedNode): string[] =>
  change === 'added'
    ? [steps.map(({ name }) => name).join(', ')]
    : steps.map(({ name, reasons }) => `${name}: ${shortened(reasons)}`);

function unreadLine(nodes: readonly PreviewedNode[]): string {
  const count = nodes.filter(({ change }) => change === 'unreachable').length;
  return count === 0 ? '' : `; ${counted(count, 'node')} not looked at`;
}

const shortened = (reasons: readonly Text[]): string => firstOf(reasons.map(inEnglish), 5, '; ');

/** `properties: a, b`: between two versions of a release dozens of properties change. */
function withFirstNames(said: Text): string {
  const reason = inEnglish(said);
  const [, kind, names] = /^([^:]+: )(.+)$/s.exec(reason) ?? [];
  return kind === undefined || names === undefined ? reason : `${kind}${firstOf(names.split(', '), 10, ', ')}`;
}

const entry = (headline: string, reasons: readonly string[]): string[] => [
  `  ${headline}`,
  ...reasons.map((reason) => `      ${reason}`),
];

function changeCounts(instances: readonly PlannedInstance[]): string {
  const counts = (['added', 'changed', 'removed', 'untouched'] as const).map(
    (kind) => [instances.filter(({ change }) => change === kind).length, kind] as const,
  );
  if (counts.every(([count, kind]) => count === 0 || kind === 'untouched')) return 'no changes';
  return counts
    .filter(([count]) => count > 0)
    .map(([count, kind]) => `${count} ${kind}`)
    .join(', ');
}

function buildLines(builds: PlanPreview['builds']): string[] {
  const count = Object.keys(builds).length;
  const builders = [...new Set(Object.values(builds))].join(', ');
  return count === 0 ? [] : ['', `To build first: ${count} artefacts, on ${builders}`];
}

/** What users will notice. */
function interruptionLines(interruptions: readonly Interruption[]): string[] {
  const lines = interruptions.map(
    ({ what, reasons }) => `  ! ${inEnglish(what)} (${reasons.map(withFirstNames).join('; ')})`,
  );
  return lines.length === 0 ? [] : ['', 'Interruptions', ...lines];
}

/** Including those of nodes without changes. */
function warningLines(nodes: readonly PreviewedNode[]): string[] {
  const lines = nodes.flatMap(({ address, warnings = [] }) =>
    warnings.map((warning) => `  ! ${address}: ${inEnglish(warning)}`),
  );
  return lines.length === 0 ? [] : ['', 'Warnings', ...lines];
}
