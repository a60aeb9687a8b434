import process from 'node:process';
import { counted } from '../domain/counted.ts';
import { firstOf } from '../domain/first-of.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { createDamageCheck, damageText } from './damage.ts';

// What ./local_build.sh of a package calls: reads every file once, so that no start has to before it can deploy.

const MOST_NAMED = 20;

const files = await createDamageCheck(parseSettings(process.env)).damagedFiles();
if (files.length === 0) process.stdout.write('files of the package: as they were built\n');
else {
  const named = firstOf(files.map(damageText), MOST_NAMED, '; ');
  process.stderr.write(
    `local_build: ${counted(files.length, 'file')} of the package differ${files.length === 1 ? 's' : ''} from MANIFEST.sha256: ` +
      `${named}. Unpack Deployment-Engine.tgz into an empty folder.\n`,
  );
  process.exitCode = 1;
}
