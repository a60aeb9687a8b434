import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeDurably } from '../blobs/durable-file.ts';
import type { Layout } from '../layout.ts';
import { runProgram } from '../run-program.ts';

const OWNER = 'Deployment Engine offline mirror <mirror@localhost>';

/** Runs gpg with the key that signs the repositories. */
export type Gpg = (...words: string[]) => Promise<string>;

/**
 * Makes the mirror's key on first use (RSA-3072: the oldest apt we serve knows no curves), publishes its public half
 * and lends it for signing.
 */
export async function withSigningKey<Result>(layout: Layout, use: (gpg: Gpg) => Promise<Result>): Promise<Result> {
  // gpg's agent listens on a socket in its home, whose path may have 107 characters only.
  const home = await mkdtemp(path.join(tmpdir(), 'gpg-'));
  const gpg: Gpg = (...words) =>
    runProgram('gpg', [
      '--homedir',
      home,
      '--batch',
      '--quiet',
      '--pinentry-mode',
      'loopback',
      '--passphrase',
      '',
      ...words,
    ]);
  try {
    await ensureKey(layout, gpg, home);
    return await use(gpg);
  } finally {
    await runProgram('gpgconf', ['--homedir', home, '--kill', 'all']).catch(() => undefined);
    await rm(home, { recursive: true, force: true });
  }
}

async function ensureKey({ signingKey, aptKey }: Layout, gpg: Gpg, home: string): Promise<void> {
  if (await isFile(signingKey)) await gpg('--import', signingKey);
  else {
    await gpg('--quick-gen-key', OWNER, 'rsa3072', 'sign', 'never');
    const secret = path.join(home, 'secret.gpg');
    await gpg('--output', secret, '--export-secret-keys');
    await writeDurably(signingKey, await readFile(secret), 0o600);
  }
  const shared = path.join(home, 'public.gpg');
  await gpg('--output', shared, '--export');
  if (!(await sameContent(shared, aptKey))) await writeDurably(aptKey, await readFile(shared));
}

const contentOf = (file: string): Promise<Buffer | undefined> => readFile(file).catch(() => undefined);

const isFile = async (file: string): Promise<boolean> => (await contentOf(file)) !== undefined;

async function sameContent(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([contentOf(one), contentOf(other)]);
  return first !== undefined && second !== undefined && first.equals(second);
}
