import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A program of Debian that can say whether it would take what was rendered for it. */
export interface ProgramCheck {
  readonly program: string;
  /** Its files in the rendered folder of an instance; several are one configuration. */
  readonly reads: RegExp;
  /** What keeps this machine's program from taking the text, with what it takes in its place. */
  readonly replaced: readonly [pattern: RegExp, replacement: string][];
  readonly words: (file: string) => string[];
}

export const PROGRAM_CHECKS: readonly ProgramCheck[] = [
  {
    program: 'haproxy',
    reads: /^jobs\/haproxy\/config\/haproxy\.config$/,
    replaced: [
      // The spelling of 1.5, which 2.1 took away.
      [/reqadd (\S+):\\ (\w+)/g, 'http-request add-header $1 $2'],
      // Nodes have the account, the machine of the test has not.
      [/^ *(user|group) vcap$/gm, ''],
    ],
    words: (file) => ['-c', '-f', file],
  },
  {
    program: 'nginx',
    reads: /^jobs\/cloud_controller_ng\/config\/nginx\.conf$/,
    replaced: [
      // Cloud Foundry builds nginx with a module that Debian lacks.
      [/^ *upload_\w+ .*;$/gm, ''],
      [/^user +vcap vcap;$/gm, ''],
    ],
    words: (file) => ['-t', '-q', '-e', 'stderr', '-c', file],
  },
  {
    program: 'monit',
    reads: /^monit\/.*\.monitrc$/,
    // Without a place of its own it writes its number into the home folder.
    replaced: [[/^/, 'set idfile /var/vcap/sys/monit/id\nset statefile /var/vcap/sys/monit/state\n']],
    words: (file) => ['-t', '-c', file],
  },
];

export const isInstalled = ({ program }: ProgramCheck): boolean => spawnSync(program, ['-h']).error === undefined;

/** The configuration as the program is to see it: this folder stands for the node's /var/vcap. */
function configuration({ reads, replaced }: ProgramCheck, folder: string): { file: string; text: string } | undefined {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => reads.test(path));
  const [first] = files;
  if (first === undefined) return undefined;
  const whole = files.map((path) => readFileSync(join(folder, path), 'utf8')).join('\n');
  const text = replaced.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), whole);
  return { file: join(folder, `${first}.checked`), text: text.replaceAll('/var/vcap/', `${folder}/`) };
}

/** What the program says against an instance's rendered files; undefined when there are none for it, '' when it is content. */
export function complaint(check: ProgramCheck, folder: string): string | undefined {
  const found = configuration(check, folder);
  if (found === undefined) return undefined;
  const { file, text } = found;
  for (const [path] of text.matchAll(new RegExp(`${folder}/(sys|data)/[^\\s;"]+`, 'g')))
    mkdirSync(dirname(path), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  const { status, stdout, stderr } = spawnSync(check.program, check.words(file), { encoding: 'utf8' });
  // Scripts that are not there are worth a word to monit, but no failure.
  return status === 0 && !stderr.includes('does not exist') ? '' : stdout + stderr;
}
