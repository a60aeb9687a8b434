import { createHash } from 'node:crypto';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';

/** Known host keys by address, as SHA256 fingerprints in OpenSSH form. */
export interface HostKeys {
  hostKey(address: string): Promise<string | undefined>;
  /** Pins the key on first contact; a second caller with another key gets the first one back. */
  pinHostKey(address: string, fingerprint: string): Promise<string>;
  /** Keeps a key other than the pinned one, for an operator to look at. */
  noteShownHostKey(address: string, fingerprint: string): Promise<void>;
}

/** As OpenSSH prints it. */
export const fingerprint = (key: Buffer): string =>
  `SHA256:${createHash('sha256')
    .update(key)
    .digest('base64')
    .replace(/={1,2}$/, '')}`;

/** Accepts the pinned key, or the first one ever seen; throws `HostKeyMismatch` for any other. */
export async function verifyHostKey(hostKeys: HostKeys, address: string, key: Buffer): Promise<void> {
  const shown = fingerprint(key);
  const pinned = (await hostKeys.hostKey(address)) ?? (await hostKeys.pinHostKey(address, shown));
  if (pinned === shown) return;
  await hostKeys.noteShownHostKey(address, shown);
  const message = phrase(
    '{address} shows host key {shown}, but {pinned} is pinned: it is another machine, or was reinstalled. POST /deployment-engine/hosts/{address}/trust accepts its key.',
    { address, shown, pinned },
  );
  throw new DeploymentEngineError('HostKeyMismatch', message, { details: { node: address, pinned, shown } });
}
