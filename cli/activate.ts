import { text } from 'node:stream/consumers';
import process from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { type Activate, createActivation } from '../activation/activate.ts';
import { type ActivatedSerial, left, masked } from '../domain/activation/serial.ts';
import { localLine } from '../domain/run/log.ts';
import { inOwnLanguage, speakAsSet } from '../domain/text/own-language.ts';
import { phrase, type Text } from '../domain/text/text.ts';
import { endBy } from './end-by.ts';
import { knownRelease } from './known-release.ts';
import { withOwnStore } from './own-store.ts';

speakAsSet(process.env);

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
    command.error(`error: ${inOwnLanguage('no serial is given, and nobody can be asked: activate - < FILE')}`);
  // Not the serial itself, which a refusal would show.
  const words = given === undefined ? 'activate' : 'activate -';
  await withOwnStore(words, async ({ store, settings }) => {
    const activate = createActivation({ store, settings, releaseName: () => knownRelease(settings) });
    const activated = async (serial: string): Promise<void> => {
      const known = await activate(serial);
      await store.log.append(0, [localLine(done(known))]);
      const told = { folder: settings.dataDir, serial: masked(known.serial), granted: granted(known.serial) };
      console.log(
        inOwnLanguage(
          known.isNew
            ? phrase('The engine of {folder} is activated with serial {serial}: {granted}.', told)
            : phrase('The engine of {folder} was activated before with serial {serial}: {granted}.', told),
        ),
      );
    };
    if (given === undefined) await askUntil(activated);
    else await activated(given === '-' ? await text(process.stdin) : given);
  });
}

function done({ serial: activated, isNew }: Awaited<ReturnType<Activate>>): Text {
  const serial = masked(activated);
  return isNew
    ? phrase('activated with serial {serial}', { serial })
    : phrase('was activated before with serial {serial}', { serial });
}

function granted(serial: ActivatedSerial): Text {
  const counts = { left: left(serial), all: serial.deployments };
  const { release } = serial;
  return release === undefined
    ? phrase('{left} of {all} deployments left', counts)
    : phrase('{left} of {all} deployments left, for the release {release} alone', { ...counts, release });
}

/** Asks until a serial is good, or nothing is entered. */
async function askUntil(activated: (serial: string) => Promise<void>): Promise<void> {
  // Not a terminal to readline, so that Ctrl-C reaches the engine too.
  const lines = createInterface({ input: process.stdin, output: process.stdout, terminal: false });
  const asking = inOwnLanguage('Serial of the Deployment Engine (nothing = later): ');
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
  console.log(inOwnLanguage('Not activated: deploys are refused until ./DeploymentEngineServer activate.'));
}
