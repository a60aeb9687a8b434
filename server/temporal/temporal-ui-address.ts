import { randomInt } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hostAndPort } from '../../domain/schemas/settings-values.ts';
import { authority, type HostAndPort } from '../../domain/schemas/settings.ts';
import { drawnLoopback } from '../../temporal/drawn-loopback.ts';
import { isFree } from '../supervise/port-claim.ts';

// Below the range of ephemeral ports.
const PORTS = [20_000, 32_768] as const;
/** Not in 127.0.0.0/16, which a web page would try first. */
const DRAWN = /^127\.(?!0\.)\d{1,3}\.\d{1,3}\.\d{1,3}$/;

/**
 * Where the Web UI of our Temporal server listens. It has no authentication and ignores the Host header; web pages cannot reach
 * it because only the gateway knows the address, one of 2^24. Kept in the data folder as long as the port is free.
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
    const drawn = { host: drawnLoopback(), port: wantedPort ?? randomInt(...PORTS) };
    // A port that the operator has chosen is checked with the others, by the name of its setting.
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
