import type { Configuration, MaskedSecret } from '../configuration.ts';
import type { PlanPreview } from '../plan/plan-preview.ts';
import type { Text } from '../text/text.ts';
import type { NodeHardware } from './hardware.ts';
import type { PreflightReport } from './preflight.ts';
import type { SeenClaim } from './seen-claim.ts';

/** What an inspection asks about nodes, and what it answers. */
export interface Answers {
  /** What a deploy would do. */
  readonly preview: PlanPreview;
  /** What the machines are. */
  readonly hardware: readonly NodeHardware[];
  /** What would stop or slow a deploy. */
  readonly preflight: PreflightReport;
  /** How the machines show themselves to SSH clients. */
  readonly hostKeys: readonly ShownHostKey[];
  /** Whose the nodes are. */
  readonly claims: readonly SeenClaim[];
}

/** The fingerprint that a machine shows, or why it shows none. */
export type ShownHostKey = { readonly address: string } & ({ readonly hostKey: string } | { readonly error: Text });

export type Question = keyof Answers;

/** What a question is about. */
export interface Inspection {
  readonly configuration: Configuration;
  /** Set if it was not posted. Its sender knows the secrets it carries in clear; the rest are stored ones. */
  readonly candidate?: { readonly masked: readonly MaskedSecret[] };
  /** Nodes to look at; default all of the configuration. */
  readonly addresses?: readonly string[];
}
