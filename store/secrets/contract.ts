import type { Secret } from '../../domain/secret.ts';

export interface EngineIdentity {
  /** Random, made once per data folder; nodes are claimed for it. */
  readonly id: string;
  /** OpenSSH public key line and its private key (PEM); RSA-3072. */
  readonly publicKey: string;
  readonly privateKey: Secret;
}

export interface EngineIdentities {
  /** Makes the identity on first use; two processes get the same one. */
  identity(): Promise<EngineIdentity>;
  /** Part of every fence, before the run's number: a store that is older than the nodes takes over with a higher one. */
  generation(): Promise<number>;
  /** Makes it higher than `above`, where it is not; returns what it is now. */
  raiseGeneration(above: number): Promise<number>;
}

export interface ClusterSecrets {
  /** Secrets by name, generated once per cluster and kept; `generate` is asked only for names not yet known. */
  ensure(names: readonly string[], generate: (name: string) => string): Promise<ReadonlyMap<string, Secret>>;
  /** Those made so far. */
  known(): Promise<ReadonlyMap<string, Secret>>;
}
