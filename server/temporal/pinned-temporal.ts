import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { pipeline } from 'node:stream/promises';

/** The release this engine was tested with: its own version and the server's inside it. */
export const PINNED = { version: '1.9.1', server: '1.32.0' } as const;

/** sha256 of the program; all channels below repackage the same official build. */
const SHA256: Readonly<Record<string, string>> = {
  'linux-x64': '712217694cac9f786a72d4b6c876cd15f3dcf1bf31434d9fed6af25242a327a0',
  'linux-arm64': '667e9403cb2faaf439ecaa7eb7190e0d08521de6c9118da7fd26ad594281271d',
  'darwin-arm64': '33c298d41f6eefebf01a28a3511f444480e939e21d3518cb0c12a4abad467c4b',
};

/** Throws where the program is not the pinned one. */
export async function verify(program: string): Promise<void> {
  const expected = SHA256[`${process.platform}-${process.arch}`];
  if (expected === undefined) throw new Error(`no build for ${process.platform}-${process.arch} is known`);
  const hash = createHash('sha256');
  await pipeline(createReadStream(program, { highWaterMark: 1 << 20 }), hash);
  const found = hash.digest('hex');
  if (found !== expected) throw new Error(`sha256 is ${found}, not ${expected}`);
}

/** Whether the program is the pinned one; its 150 MB are read only when it has changed since. */
export async function isVerified(program: string): Promise<boolean> {
  const mark = await markOf(program).catch(() => undefined);
  if (mark === undefined) return false;
  if ((await readFile(`${program}.verified`, 'utf8').catch(() => '')) === mark) return true;
  return verify(program).then(
    () => rememberVerified(program).then(() => true),
    () => false,
  );
}

// Written atomically; if the cache is not writable, this is only slower.
export async function rememberVerified(program: string): Promise<void> {
  const unfinished = `${program}.${randomUUID()}`;
  await writeFile(unfinished, await markOf(program))
    .then(() => rename(unfinished, `${program}.verified`))
    .catch(() => undefined);
}

async function markOf(program: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(program, { bigint: true });
  return [SHA256[`${process.platform}-${process.arch}`], ino, size, mtimeNs, ctimeNs].join();
}
