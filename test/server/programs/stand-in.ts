// A program of an engine in tests: `stand-in.ts <name> <port> <behaviour>`; it writes what happens to it into $JOURNAL.
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:net';

const [name = '', port = '', behaviour = ''] = process.argv.slice(2);
const note = (event: string): void => appendFileSync(process.env.JOURNAL ?? '', `${event} ${name} ${process.pid}\n`);

if (behaviour === 'hopeless') process.exit(3);
console.log(`${name} writes to its log`);
createServer().listen(Number(port), '127.0.0.1', () => note('started'));
process.on('SIGTERM', () => {
  note('asked');
  if (behaviour !== 'stubborn') process.exit(0);
});
