export interface ActivationTables {
  serials: SerialTable;
}

export interface SerialTable {
  id: string;
  deployments: number;
  licensee: string | null;
  /** Null = every release. */
  release: string | null;
  issued_at: number | null;
  /** Null = never. */
  expires_at: number | null;
  activated_at: number;
}
