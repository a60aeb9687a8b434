import type { EnginePast } from '../../domain/node/copied-engine.ts';
import type { Secret } from '../../domain/secret.ts';

export interface EngineIdentity {
  /** Random, made once per data folder; a node is claimed by this id. */
  readonly id: string;
  /** The public key as an OpenSSH line, the private key as PEM; RSA-3072. */
  readonly publicKey: string;
  readonly privateKey: Secret;
}

export interface EngineIdentities {
  /** Makes the identity on first use; two processes get the same one. */
  identity(): Promise<EngineIdentity>;
  /** Part of every fence, ahead of the run's number. A restored store that is older than the nodes continues with a higher one. */
  generation(): Promise<number>;
  /** Raises it above `above` unless it already is; returns the generation. */
  raiseGeneration(above: number): Promise<number>;
  /** Notes the machine that this process works from: a digest of its id, '' = it has none. */
  workFrom(place: { readonly machine: string; readonly host: string }): Promise<void>;
  /** Where it has worked from, and which of its runs have worked. */
  past(): Promise<EnginePast>;
}

export interface ClusterSecrets {
  /** Secrets by name. `generate` makes those that do not exist yet; each is made once per cluster and kept. */
  ensure(names: readonly string[], generate: (name: string) => string): Promise<ReadonlyMap<string, Secret>>;
  /** All secrets made so far. */
  known(): Promise<ReadonlyMap<string, Secret>>;
}
