import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import { z } from 'zod';
import type { Grant } from '../domain/activation/serial.ts';
import { type DeploymentEngineError, InputError } from '../domain/errors.ts';
import { phrase, type Text } from '../domain/text/text.ts';

/** Tells a serial from other texts, and its form from later ones. */
const PREFIX = 'DE1-';
/** Signed too, so that a signature made for something else is none of a serial. */
const SIGNED_AS = 'deployment engine serial 1\n';
const SIGNATURE_BYTES = 64;
const CHECK_BYTES = 4;
const MOST_CHARACTERS = 2000;
const DAY_MS = 86_400_000;

const date = z.iso.date();
const word = z.string().min(1).max(100);

/** As it is written in a serial. A term that is not understood could limit what is granted. */
const Claims = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16,64}$/),
  deployments: z.int().min(1).max(1_000_000).default(50),
  licensee: word.optional(),
  release: word.optional(),
  issued: date.optional(),
  /** The last day it is good for, UTC. */
  expires: date.optional(),
});

export type Claims = z.input<typeof Claims>;

/**
 * A serial as one word that can be pasted: the claims as JSON, their signature, and a checksum that tells a slip of the hand
 * from a foreign key.
 */
export function writeSerial(claims: Claims, privateKey: KeyObject): string {
  Claims.parse(claims);
  const payload = Buffer.from(JSON.stringify(claims));
  const signed = Buffer.concat([payload, sign(null, signedText(payload), privateKey)]);
  return PREFIX + Buffer.concat([signed, checksum(signed)]).toString('base64url');
}

/** What the serial grants; throws `InvalidRequest` that says why it is none. Blanks and line ends do not count. */
export function readSerial(text: string, vendor: KeyObject): Grant {
  const word = text.replace(/\s+/g, '');
  if (word === '') throw refused('is empty; paste the whole serial');
  if (word.length > MOST_CHARACTERS || !word.startsWith(PREFIX))
    throw refused(
      phrase('is no serial: one begins with {beginning} and has at most {most} characters', {
        beginning: PREFIX,
        most: MOST_CHARACTERS,
      }),
    );
  const bytes = Buffer.from(word.slice(PREFIX.length), 'base64url');
  const signed = bytes.subarray(0, -CHECK_BYTES);
  // A damaged serial is told from a foreign one: the first is pasted again, the second is not.
  const isWhole = bytes.toString('base64url') === word.slice(PREFIX.length) && signed.length > SIGNATURE_BYTES;
  if (!isWhole || !checksum(signed).equals(bytes.subarray(-CHECK_BYTES)))
    throw refused('is damaged: characters are missing or changed; paste it again, the whole of it');
  const payload = signed.subarray(0, -SIGNATURE_BYTES);
  if (!verify(null, signedText(payload), vendor, signed.subarray(-SIGNATURE_BYTES)))
    throw refused("is not signed by this engine's vendor");
  return grantOf(payload);
}

/** Throws `InvalidRequest` at `/serial`. */
export const refused = (message: Text): DeploymentEngineError =>
  new InputError('InvalidRequest', [{ pointer: '/serial', message: phrase('the serial {what}', { what: message }) }]);

function grantOf(payload: Buffer): Grant {
  const { data } = Claims.safeParse(JSON.parse(payload.toString('utf8')));
  if (data === undefined) throw refused('is signed, and says what this version does not understand; update the engine');
  const { id, deployments, licensee, release, issued, expires } = data;
  return {
    id,
    deployments,
    ...(licensee === undefined ? {} : { licensee }),
    ...(release === undefined ? {} : { release }),
    ...(issued === undefined ? {} : { issuedAt: Date.parse(issued) }),
    ...(expires === undefined ? {} : { expiresAt: Date.parse(expires) + DAY_MS }),
  };
}

const signedText = (payload: Buffer): Buffer => Buffer.concat([Buffer.from(SIGNED_AS), payload]);

const checksum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest().subarray(0, CHECK_BYTES);
