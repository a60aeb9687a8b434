/** What real machines have and a fresh test node has not, and what a deploy makes of it. */
export interface Habit {
  /** Unique; says what the machine is like. */
  readonly name: string;
  /** Shell text that root runs on the node before the deploy, with -e. */
  readonly prepare: string;
  /** It is deployed as any other, or its node parks with this and nothing else is said. */
  readonly outcome: 'runs' | { readonly step: string; readonly code: string; readonly message: RegExp };
  /** Shell text that root runs on the node after the deploy, with -e: what must hold then. */
  readonly check?: string;
  /** Properties of the configuration that differ; such machines get a cluster of their own. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** Whether every test run tries it, too. */
  readonly isDose?: boolean;
}
