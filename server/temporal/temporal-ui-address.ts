import { randomInt } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hostAndPort } from '../../domain/schemas/settings-values.ts';
import { authority, type HostAndPort } from '../../domain/schemas/settings.ts';
import { isFree } from '../supervise/port-claim.ts';

// Below the ports that the system gives to outgoing connections.
const PORTS = [20_000, 32_768] as const;
/** An address that a page could try first is no secret: 127.0.0.0/16 has everybody's. */
const DRAWN = /^127\.(?!0\.)\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/**
 * Where the Web UI of the own Temporal server listens. It asks nobody who they are, nor by which name it was called: what keeps
 * web pages out is that only the gateway knows the address, one of 2^24. Kept in the data folder while nobody else has the port.
 */
export async function temporalUiAddress(dataDir: string, wantedPort: number | undefined): Promise<HostAndPort> {
  const file = join(dataDir, 'temporal-ui');
  const kept = hostAndPort.safeParse((await readFile(file, 'utf8').catch(() => '')).trim()).data;
  if (kept !== undefined && DRAWN.test(kept.host) && kept.port === (wantedPort ?? kept.port) && (await isFree(kept)))
    return kept;
  const drawn = await freeAddress(wantedPort);
  await writePrivate(file, `${authority(drawn)}\n`);
  return drawn;
}

async function freeAddress(wantedPort: number | undefined): Promise<HostAndPort> {
  for (;;) {
    const host = ['127', randomInt(1, 255), randomInt(256), randomInt(1, 255)].join('.');
    const drawn = { host, port: wantedPort ?? randomInt(...PORTS) };
    // A port that the operator has chosen is judged with the others, in the operator's words.
    if (wantedPort !== undefined || (await isFree(drawn))) return drawn;
  }
}

async function writePrivate(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
