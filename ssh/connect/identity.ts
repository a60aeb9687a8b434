import type { Secret } from '../../domain/secret.ts';

/** The key pair the engine logs in with: RSA, because the sshd of Ubuntu 10.04 knows no ed25519. */
export interface Identity {
  /** OpenSSH public key line, without a line end. */
  readonly publicKey: string;
  /** PEM (PKCS #1). */
  readonly privateKey: Secret;
}
