import type { Sealed } from '../column-values.ts';

export interface SecretTables {
  engine: EngineTable;
  engine_machines: EngineMachineTable;
  key_check: KeyCheckTable;
  cluster_secrets: ClusterSecretTable;
  masked_values: MaskedValueTable;
}

interface EngineTable {
  /** Always 1: there is one engine per database. */
  singleton: number;
  id: string;
  generation: number;
  public_key: string;
  private_key: Sealed;
}

interface EngineMachineTable {
  machine: string;
  host: string;
}

interface KeyCheckTable {
  singleton: number;
  /** Opens only with the key this database was made with. */
  sealed: Sealed;
}

interface ClusterSecretTable {
  name: string;
  value: Sealed;
}

interface MaskedValueTable {
  /** Grows by one; processes load what is above the one they know. */
  ordinal: number;
  digest: string;
  value: Sealed;
}
