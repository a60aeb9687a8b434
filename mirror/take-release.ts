import process from 'node:process';
import { ENVIRONMENT_LACKS } from '../domain/exit-codes.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { speakAsSet } from '../domain/text/own-language.ts';
import { mirrorRoot } from './location.ts';
import { engineRelease } from './releases/engine-release.ts';
import { releaseProblems } from './releases/release-problems.ts';

// Takes the engine's release in and prints its sha256: once for all programs of an engine, which go on with that.

try {
  speakAsSet(process.env);
  const settings = parseSettings(process.env);
  process.stdout.write((await engineRelease(mirrorRoot(settings), settings.release)) ?? '');
} catch (error) {
  process.stderr.write(releaseProblems(error));
  process.exitCode = ENVIRONMENT_LACKS;
}
