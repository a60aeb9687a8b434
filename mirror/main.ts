import { writeSync } from 'node:fs';
import process from 'node:process';
import { pino } from 'pino';
import { isEngineError } from '../domain/errors.ts';
import { FAILED, WRONG_USAGE } from '../domain/exit-codes.ts';
import { lossyLines } from '../domain/own-machine/lossy-lines.ts';
import { authority, parseSettings } from '../domain/schemas/settings.ts';
import { speakAsSet } from '../domain/text/own-language.ts';
import { mirrorRoot } from './location.ts';
import { followAddress } from './serve/follow-address.ts';
import { createMirrorServer } from './serve/serve.ts';
import { wantedAddress } from './serve/wanted-address.ts';

const log = pino(
  { base: { program: 'mirror' }, timestamp: pino.stdTimeFunctions.isoTime },
  lossyLines((line) => writeSync(process.stdout.fd, line)),
);

try {
  speakAsSet(process.env);
  const settings = parseSettings(process.env);
  const root = mirrorRoot(settings);
  const stopping = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stopping.abort());
  await followAddress({
    createServer: () =>
      createMirrorServer(root, (error, target) => log.error({ err: error, target }, 'request failed')),
    wanted: () => wantedAddress(settings),
    report: (event, address, err) => log[err ? 'warn' : 'info']({ address: authority(address), root, err }, event),
    signal: stopping.signal,
  });
} catch (error) {
  log.fatal({ err: error }, 'cannot run');
  process.exitCode = isEngineError(error, 'InvalidSettings') ? WRONG_USAGE : FAILED;
}
