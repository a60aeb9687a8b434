import { flushCompileCache } from 'node:module';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { WASIProcExit } from '@bjorn3/browser_wasi_shim';
import { oneLine } from './one-line.ts';
import { prepareRuby } from './prepared-ruby.ts';
import { type RubyMachine, rubyText } from './ruby-machine.ts';
import { writeLine } from './write-line.ts';

// Renders instances in a process that may be killed; dry-render-protocol.ts says what it reads and writes. Its argument, if
// there is one: the file of prepared-ruby.ts.

/** Characters; the caller keeps it in memory. */
const LONGEST_ANSWER = 32 * 1024 ** 2;
const TOO_LONG = '{"answer":{"error":"renders to more than 32 MiB"}}';

const decoder = new TextDecoder();

const [, , snapshotFile] = process.argv;
const prepared = await prepareRuby(snapshotFile);
writeLine('{"ready":true}');
// Otherwise it would be written at an end that this process never comes to.
flushCompileCache();

let ruby: RubyMachine | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  if (ruby === undefined) {
    ruby = await prepared.startWith(line, tellPlace).catch(die);
    writeLine('{"ready":true}');
    continue;
  }
  writeLine(answerTo(ruby, line));
  if (ruby.evaluate('ChangedRuby.changed?') === 'true') {
    writeLine('{"spent":true}');
    process.exit(0);
  }
}

function tellPlace(bytes: Uint8Array): void {
  const text = decoder.decode(bytes);
  if (isPlace(text)) writeLine(`{"at":${text}}`);
}

function answerTo(machine: RubyMachine, line: string): string {
  try {
    const answer = machine.evaluate(`$dry.answer(${rubyText(line)})`);
    return answer.length > LONGEST_ANSWER ? TOO_LONG : `{"answer":${oneLine(answer)}}`;
  } catch (error) {
    return die(error);
  }
}

function die(error: unknown): never {
  writeLine(JSON.stringify({ died: causeOfDeath(error) }));
  process.exit(1);
}

/** Never the error's own text: it may quote the manifest. */
function causeOfDeath(error: unknown): string {
  if (error instanceof WASIProcExit) return 'ends the program';
  return error instanceof RangeError ? 'calls itself too deeply' : 'takes down ruby';
}

/** What a template itself prints is nothing of this kind. */
function isPlace(text: string): boolean {
  try {
    const place: unknown = JSON.parse(text);
    return Array.isArray(place) && place.length === 2 && place.every((part) => typeof part === 'string');
  } catch {
    return false;
  }
}
