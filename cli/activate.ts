import { text } from 'node:stream/consumers';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { type Activate, createActivation } from '../activation/activate.ts';
import { type ActivatedSerial, left, masked } from '../domain/activation/serial.ts';
import { localLine } from '../domain/run/log.ts';
import { endBy } from './end-by.ts';
import { knownRelease } from './known-release.ts';
import { withOwnStore } from './own-store.ts';

const command = new Command('./DeploymentEngineServer activate')
  .description('Activates the engine with a serial, in the data folder itself; the engine may be running.')
  .argument(
    '[serial]',
    '- reads it from standard input; as a word every user of the machine can read it (default: asks for it)',
  )
  .helpOption('--help', 'show this')
  .exitOverride();

// Readable by its owner alone, as everything that the engine makes.
process.umask(0o077);
try {
  command.parse();
  await main(command.args[0]);
} catch (error) {
  endBy(error);
}

async function main(given: string | undefined): Promise<void> {
  if (given === undefined && !process.stdin.isTTY)
    command.error('error: no serial is given, and nobody can be asked: activate - < FILE');
  // Not the serial itself, which a refusal would show.
  const words = given === undefined ? 'activate' : 'activate -';
  await withOwnStore(words, async ({ store, settings }) => {
    const activate = createActivation({ store, settings, releaseName: () => knownRelease(settings) });
    const activated = async (serial: string): Promise<void> => {
      const known = await activate(serial);
      await store.log.append(0, [localLine(done(known))]);
      const verb = known.isNew ? 'is ' : '';
      console.log(`The engine of ${settings.dataDir} ${verb}${done(known)}: ${granted(known.serial)}.`);
    };
    if (given === undefined) await askUntil(activated);
    else await activated(given === '-' ? await text(process.stdin) : given);
  });
}

function done({ serial, isNew }: Awaited<ReturnType<Activate>>): string {
  return `${isNew ? 'activated' : 'was activated before'} with serial ${masked(serial)}`;
}

function granted(serial: ActivatedSerial): string {
  const only = serial.release === undefined ? '' : `, for the release ${serial.release} alone`;
  return `${left(serial)} of ${serial.deployments} deployments left${only}`;
}

/** Asks until a serial is good, or nothing is entered. */
async function askUntil(activated: (serial: string) => Promise<void>): Promise<void> {
  // Not a terminal to readline, so that Ctrl-C reaches the engine too.
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  const asking = 'Serial of the Deployment Engine (nothing = later): ';
  process.stdout.write(asking);
  for await (const line of lines) {
    if (line.trim() === '') break;
    const error = await activated(line).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (error === undefined) return lines.close();
    console.error(error instanceof Error ? error.message : error);
    process.stdout.write(asking);
  }
  lines.close();
  console.log('Not activated: deploys are refused until ./DeploymentEngineServer activate.');
}
