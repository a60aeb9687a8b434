import process from 'node:process';
import { counted } from '../domain/counted.ts';
import { namedDamage } from '../domain/damaged-file.ts';
import { parseSettings } from '../domain/schemas/settings.ts';
import { inOwnLanguage } from '../domain/text/own-language.ts';
import { createDamageCheck } from './damage.ts';

// What ./local_build.sh of a package calls: reads every file once, so that no start has to before it can deploy.

const files = await createDamageCheck(parseSettings(process.env)).damagedFiles();
if (files.length === 0) process.stdout.write('files of the package: as they were built\n');
else {
  process.stderr.write(
    `local_build: ${counted(files.length, 'file')} of the package differ${files.length === 1 ? 's' : ''} from MANIFEST.sha256: ` +
      `${inOwnLanguage(namedDamage(files))}. Unpack Deployment-Engine.tgz into an empty folder.\n`,
  );
  process.exitCode = 1;
}
