import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect } from 'vitest';
import { STATUS, RUNNING, statusOf, FORWARDER_RUNS, ALL_STOPPED } from './monit-status.ts';
import { temporaryFolder } from './temporary-folder.ts';

const shipped = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../node/monit/${name}`, import.meta.url)), 'utf8').replaceAll(
    '/var/vcap',
    root,
  );

const PERL = execFileSync('sh', ['-c', 'command -v perl'], { encoding: 'utf8' }).trim();

export let root: string;
export let daemon: ChildProcess;

beforeEach(() => {
  root = temporaryFolder();
  daemon = spawnDaemon();
  put('bosh/bin/instance', shipped('instance'));
  put('wrapper', shipped('monit'));
  put('bosh/var/monit.pid', `${daemon.pid}\n`);
  put('monit/monit.user', 'vcap:password');
  put('bin/ask-monit', `#!/bin/sh\nexec cat ${root}/status.xml\n`);
  // Who reads as vcap stays who it is, and can be told by AS: the test machine has no vcap, and no monit.
  put(
    'bin/perl',
    `#!/bin/sh
case $2 in
  *_status*)
    program=$(echo "$2" | sed 's|alarm 5;|&return scalar \`${root}/bin/ask-monit\`;|') && shift 2
    exec ${PERL} -e "$program" "$@"
    ;;
  *0x04c11db7*) exec ${PERL} "$@" ;;
esac
[ "$3" = vcap ] || exit 1
shift 3
AS=vcap exec "$@"\n`,
  );
  put('bosh/instances/nats_0/monit/nats.monitrc', ENTRY);
  put('monit/job/nats_01.other.monitrc', 'check process dea_next with pidfile /x\n');
  mkdirSync(join(root, 'sys/log'), { recursive: true });
  putInForce();
  put('status.xml', STATUS);
});
afterEach(() => daemon.kill('SIGKILL'));

/** What monit's daemon looks like; it is told to look again by a signal. */
const spawnDaemon = (): ChildProcess =>
  spawn('sh', [
    '-c',
    `trap 'echo woken >>${root}/woken' USR1; while :; do sleep 0.1; done`,
    'monit',
    '-c',
    `${root}/bosh/etc/monitrc`,
  ]);

/** Somebody else, whom monit's signals end. */
export const spawnStranger = (): ChildProcess => spawn('sleep', ['300'], { cwd: root });

export const ENTRY = `check process nats
  with pidfile /var/vcap/sys/run/nats.pid
check process "nats_stream_forwarder" with pidfile /x
  group vcap
`;

/** As an earlier start left it. */
function putInForce(): void {
  put('status.xml', FORWARDER_RUNS);
  monit('');
  instance('start', 'nats_0', 'f0', '30');
  for (const trace of ['calls', 'bosh/instances/nats_0/started']) rmSync(join(root, trace));
}

export function put(name: string, content: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
  chmodSync(join(root, name), 0o755);
}

/** monit in whose place some shell text acts; what it was told is written down. */
export const monit = (text: string): void =>
  put(
    'bosh/bin/monit',
    `#!/bin/sh\n[ "$1" != --pid ] || exec sh ${root}/wrapper --pid\necho "$*" >>${root}/calls\n${text}\n[ "$1" != reload ] || ${READS_FILES}\n`,
  );
const READS_FILES = `sed -i "s/<incarnation>[0-9]*/<incarnation>$(date +%s%N)/" "$(dirname "$0")/../../status.xml"`;

/** Shell text: from now on monit answers this. */
export function becomes(xml: string): string {
  put('next.xml', xml);
  return `cp ${root}/next.xml ${root}/status.xml`;
}

/** Starts nats_0, whose forwarder our launcher starts, with `f.pid` below the root as its pid file. */
export function startWithPidFile(): void {
  put('bosh/bin/launch', shipped('launch'));
  put(
    'bosh/instances/nats_0/monit/nats.monitrc',
    `${ENTRY}  start program "/jobs/f/bin/f_ctl start"\n`.replace('/x', `${root}/f.pid`),
  );
  put('status.xml', FORWARDER_RUNS);
  instance('start', 'nats_0', 'f1', '30');
}

/** The launcher's note of who came to life with that pid file. */
export const noteOfPidFile = (): string => `bosh/var/started${join(root, 'f.pid').replaceAll('/', '-')}.up`;

/** Of a daemon that hangs, at a deadline of one second. */
export const noAnswer = (): string =>
  expect.stringMatching(
    new RegExp(
      `^monit \\(process ${daemon.pid}\\) does not answer for \\d+ s; see ${root}/monit/monit.log. ` +
        `If it hangs, kill -9 ${daemon.pid} ends it; the next command starts it again$`,
    ),
  ) as string;
export const isAlive = ({ pid }: ChildProcess): boolean => !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
export const calls = (): string[] =>
  existsSync(join(root, 'calls')) ? read('calls').replace(/\n$/, '').split('\n') : [];
export const read = (name: string): string => readFileSync(join(root, name), 'utf8');
export const started = (): string => read('bosh/instances/nats_0/started').trim();
export const entriesInForce = (): string[] => readdirSync(join(root, 'monit/job')).toSorted();

export const wakes = (): number => (existsSync(join(root, 'woken')) ? read('woken').split('\n').length - 1 : 0);

/** Calls it while something else is seen to. */
export async function instanceWhile(words: string[], see: () => Promise<void>): Promise<void> {
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
  const child = spawn('dash', [join(root, 'bosh/bin/instance'), ...words], { env, stdio: 'ignore' });
  try {
    await see();
  } finally {
    child.kill('SIGKILL');
  }
}

export function instance(...words: string[]) {
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
  const { status, stdout } = spawnSync('dash', [join(root, 'bosh/bin/instance'), ...words], {
    encoding: 'utf8',
    env,
    timeout: 170_000,
  });
  return { exitCode: status, lines: stdout.split('\n').filter((line) => line !== '') };
}

/** Entries whose forwarder is started by the real launcher; monit calls it so often, and would again and again. */
export function launchedBy(program: string, { times }: { readonly times: number }): void {
  put('bosh/bin/launch', shipped('launch'));
  put('jobs/nats/bin/f_ctl', `#!/bin/sh\n${program}\n`);
  const entry = `${ENTRY}  start program "${root}/jobs/nats/bin/f_ctl start"\n`.replace('/x', `${root}/f.pid`);
  put('bosh/instances/nats_0/monit/nats.monitrc', entry);
  put('status.xml', statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 1, status: 512 } }));
  const launch = `${root}/bosh/bin/launch ${root}/f.pid ${root}/jobs/nats/bin/f_ctl start`;
  monit(
    `[ "$*" != 'start nats_stream_forwarder' ] || for n in $(seq ${times}); do ${launch} && sleep 0.5; done >/dev/null 2>&1 7>&- &`,
  );
}
export const NOTE_OF_ENDS = (): string => `bosh/var/started${join(root, 'f.pid').replaceAll('/', '-')}.ends`;
export const hasComeToLife = (): boolean =>
  existsSync(join(root, NOTE_OF_ENDS())) && / [1-9]\d+$/.test(read(NOTE_OF_ENDS()).split('\n')[0] ?? '');
export const lastParagraph = (lines: readonly string[]): readonly string[] =>
  lines.slice(lines.findLastIndex((line) => / does not exist$| so far$|^failing for \d+ s$/.test(line)) + 1);

/** monit as it is when it obeys. */
export const OBEYS = (): string => `${stopsAll()}; ${startsAll()}`;
export const stopsAll = (): string => {
  put('stopped.xml', ALL_STOPPED);
  return `[ "$*" != 'stop nats_stream_forwarder' ] || cp ${root}/stopped.xml ${root}/status.xml`;
};
const startsAll = (): string => {
  put('running.xml', FORWARDER_RUNS);
  return `[ "$*" != 'start nats_stream_forwarder' ] || cp ${root}/running.xml ${root}/status.xml`;
};

export const HELD = ['nats stopped by operator', 'nats_stream_forwarder stopped by operator'];
export const heldEntries = (): string[] => readdirSync(join(root, 'monit/stopped')).toSorted();
