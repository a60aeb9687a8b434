import process from 'node:process';
import { nextSerial } from '../domain/activation/next-serial.ts';
import { isEngineError } from '../domain/errors.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { openStore } from '../store/open-store.ts';
import { knownRelease } from './known-release.ts';

// Run by the supervisor once an engine is up: writes to stdout why the next deploy would be refused, nothing where it would not.

try {
  speakAsSet(process.env);
  const settings = parseSettings(process.env);
  const store = await openStore(settings);
  const { reason = '' } = nextSerial(await store.serials.all(), await knownRelease(settings), Date.now());
  await store.close();
  process.stdout.write(inOwnLanguage(reason));
} catch (error) {
  process.stderr.write(`${isEngineError(error) ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
