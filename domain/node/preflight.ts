import type { ComponentName } from '../components.ts';
import type { Text } from '../text/text.ts';
import type { DocumentedHardware } from './hardware.ts';

/** `stops`: a deploy would park or be refused; `slows`: it works, but longer or worse. */
export type Severity = 'stops' | 'slows';

/** What preflight looks at. */
export type PreflightCheck =
  | 'reach'
  | 'login'
  | 'sudo'
  | 'hostKey'
  | 'owner'
  | 'system'
  | 'architecture'
  | 'clock'
  | 'processors and memory'
  | 'disk'
  | 'names'
  | 'space'
  | 'apt'
  | 'mounts'
  | 'proxies'
  | 'steps'
  | 'mirror'
  | 'dns';

/** One thing that is not as a deploy needs it. */
export interface Finding {
  readonly check: PreflightCheck;
  readonly where: Text;
  readonly severity: Severity;
  readonly what: Text;
  /** What to do about it. */
  readonly remedy: Text;
}

export interface PreflightNode {
  readonly address: string;
  readonly components: readonly ComponentName[];
  /** Fingerprint as OpenSSH prints it; `isPinned`: it is the one known since the first deploy. */
  readonly hostKey?: { readonly fingerprint: string; readonly isPinned: boolean };
  readonly system?: string;
  readonly kernel?: string;
  readonly architecture?: string;
  readonly hardware?: DocumentedHardware;
  /** Empty on a node that is ready. */
  readonly findings: readonly Finding[];
}

/** The DNS record of the cluster, as the configured name servers know it. */
export interface DnsRecord {
  /** What the zone must contain: `*.cf.local. IN A 10.10.101.181`. */
  readonly record: string;
  /** The same for dnsmasq: `address=/cf.local/10.10.101.181`. An engine of before does not say. */
  readonly dnsmasq?: string;
  /** Of the control machine. */
  readonly servers: readonly string[];
  /** For the control machine, and for one node where a node with name servers answers. */
  readonly isThere: boolean;
}

export interface PreflightReport {
  /** Nothing stops a deploy. */
  readonly ok: boolean;
  readonly stops: number;
  readonly slows: number;
  readonly controlMachine: { readonly address: string; readonly findings: readonly Finding[] };
  /** Undefined where the cluster has no haproxy. */
  readonly dns?: DnsRecord;
  readonly nodes: readonly PreflightNode[];
}

/** The report with its counts. */
export function preflightReport(parts: Omit<PreflightReport, 'ok' | 'stops' | 'slows'>): PreflightReport {
  const findings = [...parts.controlMachine.findings, ...parts.nodes.flatMap((node) => node.findings)];
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  const stops = count('stops');
  return { ok: stops === 0, stops, slows: count('slows'), ...parts };
}
