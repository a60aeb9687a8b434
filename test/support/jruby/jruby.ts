import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { digestOf } from '../../../mirror/blobs/digest.ts';

// Ruby 1.9.3 has long ceased to build on current systems. JRuby 1.7 is its language, parser and library on any Java.

const VERSION = '1.7.27';
const SHA256 = '24823cf7bc0afb1fbdf2a70d5c34161af3b9b77523da58b74a16061450fbb070';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';
const FETCH_MS = 5 * 60_000;

/** It looks into these, which newer Javas have closed. */
const OPENED = [
  'java.lang',
  'java.util',
  'java.util.zip',
  'java.io',
  'java.security',
  'java.security.cert',
  'sun.nio.ch',
  'java.nio.channels',
  'javax.crypto',
];

const run = promisify(execFile);

export interface JRuby {
  /** Program and first words of a command line that goes on as one of ruby. */
  readonly command: readonly [string, ...string[]];
}

/** JRuby, fetched by Maven into the cache once; where that cannot be done, what is lacking. Throws for a wrong digest. */
export async function findJRuby(): Promise<JRuby | { readonly lacking: string }> {
  const jar = join(parseSettings(process.env).cacheDir, 'jruby', VERSION, `jruby-complete-${VERSION}.jar`);
  try {
    await run('java', ['-version']);
    if ((await digestOf(jar))?.sha256 !== SHA256) await fetchJar(jar);
  } catch (error) {
    if (!isLacking(error)) throw error;
    return {
      lacking: `JRuby ${VERSION}: apt-get install default-jre-headless maven, with a network once; or put ${jar} there (${reasonOf(error)})`,
    };
  }
  return {
    command: [
      'java',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-Djruby.compile.mode=OFF',
      ...OPENED.flatMap((name) => ['--add-opens', `java.base/${name}=ALL-UNNAMED`]),
      '-jar',
      jar,
    ],
  };
}

async function fetchJar(jar: string): Promise<void> {
  mkdirSync(dirname(jar), { recursive: true });
  const unfinished = mkdtempSync(`${dirname(jar)}-`);
  try {
    const words = [
      '-B',
      '-q',
      COPY,
      `-Dartifact=org.jruby:jruby-complete:${VERSION}`,
      `-DoutputDirectory=${unfinished}`,
    ];
    await run('mvn', words, { timeout: FETCH_MS, cwd: unfinished });
    const fetched = join(unfinished, `jruby-complete-${VERSION}.jar`);
    const found = (await digestOf(fetched))?.sha256;
    if (found !== SHA256) throw new Error(`jruby-complete ${VERSION} has sha256 ${found}, not ${SHA256}`);
    renameSync(fetched, jar);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

/** A program that is missing or has failed: its error has a code. */
const isLacking = (error: unknown): boolean => (error as { readonly code?: unknown }).code !== undefined;

/** One line, of what the program said last if it said something. */
function reasonOf(error: unknown): string {
  const { message, stdout = '' } = error as Error & { readonly stdout?: string };
  return /ERROR\] (.+)/.exec(stdout)?.[1] ?? message.split('\n', 1)[0] ?? message;
}
