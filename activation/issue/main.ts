import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ignoreClosedReaders } from '../../domain/closed-readers.ts';
import { FAILED, WRONG_USAGE } from '../../domain/exit-codes.ts';
import { type Claims, readSerial, writeSerial } from '../serial.ts';
import { publicKeyText } from '../vendor-key.ts';

ignoreClosedReaders(process);

// The vendor's own program; a package of the engine does not carry it.

interface Wanted extends Omit<Claims, 'id' | 'issued'> {
  readonly key: string;
}

const command = new Command('node activation/issue/main.ts')
  .description('Makes the vendor a pair of keys, and signs serials with it.')
  .helpOption('--help', 'show this')
  .helpCommand(false)
  .exitOverride();

command
  .command('pair')
  .description('makes a private key, in a new file that its owner alone may read, and prints the public one')
  .requiredOption('--key <file>', 'the file; keep it outside the repository, and a copy of it offline')
  .action(({ key }: { readonly key: string }) => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
    process.stdout.write(`${publicKeyText(publicKey)}\n`);
    console.error('The engine knows it as VENDOR in activation/vendor.ts.');
  });

command
  .command('serial')
  .description('prints a new serial')
  .requiredOption('--key <file>', "the vendor's private key")
  .option('--deployments <number>', 'successful deploys it is good for', wholeNumber, 50)
  .option('--licensee <name>', 'whom it is for')
  .option('--release <name>', 'name of the only release it is good for (default: every release)')
  .option('--expires <date>', 'the last day it is good for, as 2027-12-31 (default: never)')
  .action(({ key, ...wanted }: Wanted) => {
    const privateKey = createPrivateKey(readFileSync(key));
    const claims = { id: randomBytes(10).toString('hex'), ...wanted, issued: new Date().toISOString().slice(0, 10) };
    const serial = writeSerial(claims, privateKey);
    // What was just written is what an engine reads.
    readSerial(serial, createPublicKey(privateKey));
    process.stdout.write(`${serial}\n`);
  });

try {
  command.parse();
} catch (error) {
  const isUsage = error instanceof CommanderError;
  if (!isUsage) console.error(error instanceof Error ? error.message : error);
  process.exitCode = isUsage ? (error.exitCode === 0 ? 0 : WRONG_USAGE) : FAILED;
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
