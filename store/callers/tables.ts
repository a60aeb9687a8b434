export interface CallerTables {
  access_tokens: AccessTokenTable;
  sessions: SessionTable;
}

export interface AccessTokenTable {
  id: string;
  /** sha256 of what its holder sends. */
  digest: string;
  name: string;
  scope: string;
  created_at: number;
  expires_at: number;
  /** Null = in force until it expires. */
  revoked_at: number | null;
}

interface SessionTable {
  digest: string;
  /** Id of the token that opened it. */
  token: string;
  expires_at: number;
}
