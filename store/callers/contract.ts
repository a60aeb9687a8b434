import type { Scope } from '../../domain/access/scopes.ts';

/** What is known of an access token; its text is kept by nobody but its holder. */
export interface AccessToken {
  /** Eight hex digits. */
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly revokedAt: number | undefined;
}

export interface AccessTokens {
  /** `text` is what its holder sends; it cannot be had again. */
  create(wanted: Pick<AccessToken, 'name' | 'scope' | 'expiresAt'>): Promise<{ token: AccessToken; text: string }>;
  /** Undefined where it is unknown, expired or revoked: nobody is told which. */
  find(text: string): Promise<AccessToken | undefined>;
  /** Oldest first, with those that are over. */
  all(): Promise<readonly AccessToken[]>;
  /** Its sessions end with it. Returns whether it was in force. */
  revoke(id: string): Promise<boolean>;
}

/** Of browsers, which cannot keep a token from scripts; each lives by the token it was opened with. */
export interface Sessions {
  open(tokenId: string, expiresAt: number): Promise<string>;
  /** The token behind it; undefined where either is over. */
  find(text: string): Promise<AccessToken | undefined>;
  close(text: string): Promise<void>;
}
