import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { WASIProcExit } from '@bjorn3/browser_wasi_shim';
import { oneLine } from './dry-render-protocol.ts';
import { rubyText, startRuby } from './ruby-machine.ts';
import { writeLine } from './write-line.ts';

// Renders instances in a process that may be killed; dry-render-protocol.ts says what it reads and writes.

const NISE_BOSH = path.join(import.meta.dirname, '../../node/nise_bosh/lib/nise_bosh');
const LOADER = path.join(import.meta.dirname, 'dry-rendering.rb');
const DRY_RUBY = path.join(import.meta.dirname, 'dry-ruby');

/** Characters; the caller keeps it in memory. */
const LONGEST_ANSWER = 32 * 1024 ** 2;
const TOO_LONG = '{"answer":{"error":"renders to more than 32 MiB"}}';

const decoder = new TextDecoder();

const ruby = await startRuby((bytes) => {
  const text = decoder.decode(bytes);
  if (isPlace(text)) writeLine(`{"at":${text}}`);
});
for (const file of [dryRuby('node_only'), dryRuby('changed_ruby'), dryRuby('socket'), dryRuby('timeout'), LOADER])
  ruby.evaluate(readFileSync(file, 'utf8'));
ruby.evaluate(`RequireSources::SOURCES.update(JSON.parse(${rubyText(JSON.stringify(sources()))}))`);
ruby.evaluate(`require ${rubyText(path.join(NISE_BOSH, 'rendering'))}`);
for (const name of ['files', 'commands', 'machine', 'rendering']) ruby.evaluate(readFileSync(dryRuby(name), 'utf8'));
writeLine('{"ready":true}');

let hasJobs = false;
for await (const line of createInterface({ input: process.stdin })) {
  if (hasJobs) {
    writeLine(answerTo(line));
    if (ruby.evaluate('ChangedRuby.changed?') === 'true') {
      writeLine('{"spent":true}');
      process.exit(0);
    }
  } else ruby.evaluate(`$dry = NiseBosh::DryRendering.new(JSON.parse(${rubyText(line)}))`);
  hasJobs = true;
}

function answerTo(line: string): string {
  try {
    const answer = ruby.evaluate(`$dry.answer(${rubyText(line)})`);
    return answer.length > LONGEST_ANSWER ? TOO_LONG : `{"answer":${oneLine(answer)}}`;
  } catch (error) {
    writeLine(JSON.stringify({ died: causeOfDeath(error) }));
    process.exit(1);
  }
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

function sources(): Record<string, string> {
  const files = readdirSync(NISE_BOSH, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.rb'));
  return Object.fromEntries(
    files.map((file) => [
      path.join(NISE_BOSH, file.slice(0, -'.rb'.length)),
      readFileSync(path.join(NISE_BOSH, file), 'utf8'),
    ]),
  );
}

function dryRuby(name: string): string {
  return path.join(DRY_RUBY, `${name}.rb`);
}
