import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAY_MOUNT } from '../../support/local-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

// Real processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000 });

const shipped = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../node/monit/${name}`, import.meta.url)), 'utf8').replaceAll(
    '/var/vcap',
    root,
  );

// Answer of monit 5.33 with nats being restarted, nats_stream_forwarder missing, dea_next being unmonitored.
const STATUS = readFileSync(fileURLToPath(new URL('fixtures/status-5.33.xml', import.meta.url)), 'utf8');

/** What monit 5.33 says of a file that is there; its summary calls it accessible, in later versions OK. */
const FILE =
  '<service type="2"><name>nfs_mounter</name><collected_sec>1795602043</collected_sec>' +
  '<collected_usec>12335</collected_usec><status>0</status><status_hint>0</status_hint><monitor>1</monitor>' +
  '<monitormode>0</monitormode><onreboot>0</onreboot><pendingaction>0</pendingaction><mode>644</mode><uid>0</uid>' +
  '<gid>0</gid><timestamps><access>1795602038</access></timestamps><size>0</size></service>';

interface State {
  readonly monitor: number;
  readonly status?: number;
  readonly pending?: number;
}

const RUNNING: State = { monitor: 1 };
const STOPPED: State = { monitor: 0 };

/** monit's answer with the state of some services replaced. */
const statusOf = (states: Readonly<Record<string, State>>): string =>
  Object.entries(states).reduce(
    (xml, [name, { monitor, status = 0, pending = 0 }]) =>
      xml.replace(
        new RegExp(`(<name>${name}</name>.*?<status>)\\d+(</status>.*?<monitor>)\\d(</monitor>.*?<pendingaction>)\\d`),
        `$1${status}$2${monitor}$3${pending}`,
      ),
    STATUS,
  );

const FORWARDER_RUNS = statusOf({ nats: RUNNING, nats_stream_forwarder: RUNNING });
const ALL_STOPPED = statusOf({ nats: STOPPED, nats_stream_forwarder: STOPPED });

let root: string;
let daemon: ChildProcess;

beforeEach(() => {
  root = temporaryFolder();
  daemon = spawnDaemon();
  put('bosh/bin/instance', shipped('instance'));
  put('wrapper', shipped('monit'));
  put('bosh/var/monit.pid', `${daemon.pid}\n`);
  put('monit/monit.user', 'vcap:password');
  // monit is spoken to directly, whatever proxies the shell of whoever asks has.
  put('bin/curl', `#!/bin/sh\ncase " $* " in *" --noproxy * "*) exec cat ${root}/status.xml ;; esac\nexit 7\n`);
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
const spawnStranger = (): ChildProcess => spawn('sleep', ['300'], { cwd: root });

const ENTRY = `check process nats
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

function put(name: string, content: string): void {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
  chmodSync(join(root, name), 0o755);
}

/** monit in whose place some shell text acts; what it was told is written down. */
const monit = (text: string): void =>
  put(
    'bosh/bin/monit',
    `#!/bin/sh\n[ "$1" != --pid ] || exec sh ${root}/wrapper --pid\necho "$*" >>${root}/calls\n${text}\n[ "$1" != reload ] || ${READS_FILES}\n`,
  );
const READS_FILES = `sed -i "s/<incarnation>[0-9]*/<incarnation>$(date +%s%N)/" "$(dirname "$0")/../../status.xml"`;

/** Shell text: from now on monit answers this. */
function becomes(xml: string): string {
  put('next.xml', xml);
  return `cp ${root}/next.xml ${root}/status.xml`;
}

const NO_ANSWER = 'monit does not answer; see ROOT/monit/monit.log';
const isAlive = ({ pid }: ChildProcess): boolean => !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
const calls = (): string[] => (existsSync(join(root, 'calls')) ? read('calls').replace(/\n$/, '').split('\n') : []);
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const started = (): string => read('bosh/instances/nats_0/started').trim();
const entriesInForce = (): string[] => readdirSync(join(root, 'monit/job')).toSorted();

const wakes = (): number => (existsSync(join(root, 'woken')) ? read('woken').split('\n').length - 1 : 0);

/** Calls it while something else is seen to. */
async function instanceWhile(words: string[], see: () => Promise<void>): Promise<void> {
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
  const child = spawn('dash', [join(root, 'bosh/bin/instance'), ...words], { env, stdio: 'ignore' });
  try {
    await see();
  } finally {
    child.kill('SIGKILL');
  }
}

function instance(...words: string[]) {
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env['PATH']}` };
  const { status, stdout } = spawnSync('dash', [join(root, 'bosh/bin/instance'), ...words], { encoding: 'utf8', env });
  return { exitCode: status, lines: stdout.split('\n').filter((line) => line !== '') };
}

describe('status', () => {
  it('tells the processes of this instance from a real answer', () => {
    expect(instance('status', 'nats_0')).toEqual({
      exitCode: 0,
      lines: ['nats action pending', 'nats_stream_forwarder initializing'],
    });
  });

  it.each<[State, string]>([
    [RUNNING, 'running'],
    [STOPPED, 'not monitored'],
    [{ monitor: 0, status: 512 }, 'not monitored'],
    [{ monitor: 2 }, 'initializing'],
    [{ monitor: 2, status: 512 }, 'initializing'],
    [{ monitor: 1, pending: 2 }, 'action pending'],
    [{ monitor: 1, status: 512 }, 'does not exist'],
    [{ monitor: 1, status: 1536 }, 'does not exist'],
    [{ monitor: 1, status: 32 }, 'failed (monit status 32)'],
    [{ monitor: 1, status: 1024 }, 'failed (monit status 1024)'],
  ])('says of %o: %s', (state, word) => {
    put('status.xml', statusOf({ nats: state }));
    expect(instance('status', 'nats_0').lines[0]).toBe(`nats ${word}`);
  });

  it.each([
    ['is there', FILE, 'running'],
    ['is missing', FILE.replace('<status>0<', '<status>512<'), 'does not exist'],
  ])('tells whether a file %s', (_case, file, word) => {
    put('monit/job/nats_0.nats.monitrc', 'check file nfs_mounter with path /var/vcap/nfs/shared/.nfs_test\n');
    put('status.xml', STATUS.replace('<service ', `${file}<service `));
    expect(instance('status', 'nats_0').lines).toEqual([`nfs_mounter ${word}`]);
  });

  it('reads an answer whose parts stand on lines of their own', () => {
    put('status.xml', FORWARDER_RUNS.replaceAll('><', '>\n<'));
    expect(instance('status', 'nats_0').lines).toEqual(['nats running', 'nats_stream_forwarder running']);
  });

  it.each([
    ['does not answer', '', ['nats monit does not answer', 'nats_stream_forwarder monit does not answer']],
    ['knows another process of a similar name', STATUS.replace('>nats<', '>nats2<'), ['nats unknown to monit']],
  ])('says that monit %s', (_case, xml, lines) => {
    put('status.xml', xml);
    expect(instance('status', 'nats_0').lines).toEqual(expect.arrayContaining(lines));
  });

  it('knows a process from a stranger that its pid file names, and spares the stranger', () => {
    const stranger = spawnStranger();
    put('bosh/bin/launch', shipped('launch'));
    put(
      'bosh/instances/nats_0/monit/nats.monitrc',
      `${ENTRY}  start program "/jobs/f/bin/f_ctl start"\n`.replace('/x', `${root}/f.pid`),
    );
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    const note = `bosh/var/started${join(root, 'f.pid').replaceAll('/', '-')}.up`;
    const ticks = readFileSync(`/proc/${stranger.pid}/stat`, 'utf8').replace(/.*\) /, '').split(' ')[19];
    put('f.pid', `${stranger.pid}\n`);
    put(note, `${stranger.pid} ${ticks}\n`);
    expect(instance('status', 'nats_0').lines).toEqual(['nats running', 'nats_stream_forwarder running']);
    put(note, `${stranger.pid} 4711\n`);
    expect(instance('status', 'nats_0').lines[1]).toBe('nats_stream_forwarder pid file names another process');
    expect(existsSync(join(root, 'f.pid'))).toBe(true);

    monit(`[ "$1" != stop ] || ! kill "$(cat ${root}/f.pid)"; ${becomes(ALL_STOPPED)}`);
    expect(instance('stop', 'nats_0', '30').exitCode).toBe(0);
    expect([existsSync(join(root, 'f.pid')), isAlive(stranger)]).toEqual([false, true]);
    stranger.kill('SIGKILL');
  });

  it('says that monit does not run', () => {
    daemon.kill('SIGKILL');
    put('status.xml', '');
    put('bosh/bin/monit', `#!/bin/sh\nexit 1\n`);
    expect(instance('status', 'nats_0').lines).toEqual([
      'nats monit does not run',
      'nats_stream_forwarder monit does not run',
    ]);
  });

  it('tells what starts and is gone over and over, though monit sees it run at the moment', async () => {
    launchedBy(`sleep 300 & echo $! >${root}/f.pid`, { times: 1 });
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    await until(hasComeToLife, 'it has come to life');
    const note = NOTE_OF_ENDS();
    const word = () => instance('status', 'nats_0').lines[1];
    const upAt = (secondsAgo: number): number => Math.floor(Date.now() / 1000) - secondsAgo;
    put(note, `0 0 0 4 ${upAt(5)}\n`);
    expect(word()).toBe('nats_stream_forwarder starts and is gone within half a minute, 4 times so far');
    put(note, `0 0 0 4 ${upAt(60)}\n`);
    expect(word()).toBe('nats_stream_forwarder running');
    process.kill(Number(read('f.pid')), 'SIGKILL');
  });

  it('has nothing to say of an instance that is not installed', () => {
    expect(instance('status', 'uaa_0')).toEqual({ exitCode: 0, lines: [] });
  });
});

describe('start', () => {
  it('starts every process and keeps what it was started from', () => {
    put('status.xml', ALL_STOPPED);
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || ${becomes(FORWARDER_RUNS)}`);
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '30');
    expect(exitCode).toBe(0);
    expect(lines.slice(-2)).toEqual(['nats running', 'nats_stream_forwarder running']);
    expect(calls()).toEqual(['start nats', 'start nats_stream_forwarder']);
    expect(started()).toBe('f1');
  });

  it.each([
    ['restarts what runs on older files', 'older', 'restart'],
    ['starts what was started from these files', 'f1', 'start'],
  ])('%s', (_case, before, action) => {
    put('status.xml', FORWARDER_RUNS);
    put('bosh/instances/nats_0/started', `${before}\n`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toEqual([`${action} nats`, `${action} nats_stream_forwarder`]);
    expect(started()).toBe('f1');
  });

  it('makes monit read its files again only when it does not know a process', () => {
    put('status.xml', FORWARDER_RUNS.replace('>nats<', '>former<'));
    monit(`[ "$1" != reload ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['reload', 'start nats']);
  });

  it('starts, rather than restarts, what is stopped', () => {
    put('status.xml', ALL_STOPPED);
    put('bosh/instances/nats_0/started', 'older\n');
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toEqual(['start nats', 'start nats_stream_forwarder']);
  });

  it('puts changed entries in force and has monit read them, though it knows the processes', () => {
    put('status.xml', FORWARDER_RUNS);
    put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  if totalmem > 500 Mb then alert\n`);
    put('monit/job/nats_0.former.monitrc', 'check process former with pidfile /f\n');
    expect(instance('outdated', 'nats_0').exitCode).toBe(0);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 3)).toEqual(['-t', 'reload', 'start nats']);
    expect(entriesInForce()).toEqual(['nats_0.nats.monitrc', 'nats_01.other.monitrc']);
    expect(read('monit/job/nats_0.nats.monitrc')).toContain('totalmem');
    expect(instance('outdated', 'nats_0').exitCode).toBe(1);
  });

  it('has monit read entries that a start was cut off from loading', () => {
    put('status.xml', FORWARDER_RUNS);
    rmSync(join(root, 'bosh/instances/nats_0/loaded'));
    expect(instance('outdated', 'nats_0').exitCode).toBe(0);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls()).toContain('reload');
  });

  it('repairs entries that somebody has changed', () => {
    put('status.xml', FORWARDER_RUNS);
    put('monit/job/nats_0.nats.monitrc', 'check process nats with pidfile /elsewhere\n');
    expect(instance('outdated', 'nats_0').exitCode).toBe(0);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(read('monit/job/nats_0.nats.monitrc')).not.toContain('elsewhere');
  });

  it('has every process started by the launcher with its pid file, and nothing else', () => {
    put(
      'bosh/instances/nats_0/monit/nats.monitrc',
      `check process nats
  with pidfile /run/nats.pid
  start program "/jobs/nats/bin/nats_ctl start" with timeout 60 seconds
  stop program "/jobs/nats/bin/nats_ctl stop"
check file mounter with path /m
  start program "/jobs/m/bin/m_ctl start"
check process "nats_stream_forwarder" with pidfile '/run/f.pid'
  start program = '/jobs/f/bin/f_ctl start 1'
`,
    );
    put('status.xml', FORWARDER_RUNS.replace('<service ', `${FILE.replace('nfs_mounter', 'mounter')}<service `));
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    const launch = join(root, 'bosh/bin/launch');
    expect(read('monit/job/nats_0.nats.monitrc')).toBe(
      `check process nats
  with pidfile /run/nats.pid
  start program "${launch} /run/nats.pid /jobs/nats/bin/nats_ctl start" with timeout 60 seconds
  stop program "/jobs/nats/bin/nats_ctl stop"
check file mounter with path /m
  start program "/jobs/m/bin/m_ctl start"
check process "nats_stream_forwarder" with pidfile '/run/f.pid'
  start program = "${launch} /run/f.pid /jobs/f/bin/f_ctl start 1"
`,
    );
  });

  it.each([
    [
      'upper case',
      'CHECK PROCESS nats\n  WITH PIDFILE /run/n.pid\n  START PROGRAM "/j/ctl start" WITH TIMEOUT 60 SECONDS\n',
    ],
    ['quoted names', `check process 'nats' with pidfile "/run/n.pid" start program '/j/ctl start'\n`],
    [
      'one line',
      'check process nats with pidfile /run/n.pid start program "/j/ctl start" stop program "/j/ctl stop"\n',
    ],
    ['a line for each word', 'check process nats\nwith\npidfile\n/run/n.pid\nstart\nprogram\n"/j/ctl start"'],
    ['the short words', 'check proc nats path /run/n.pid start="  /j/ctl start"stop="/j/ctl stop"\n'],
    [
      'comments',
      '# check process x\ncheck process nats # start "/x"\n pidfile /run/n.pid # "\n start "/j/ctl start"\n',
    ],
    ['tabs and signs', 'check\tprocess\tnats,(pidfile /run/n.pid);\r\nstart = ("/j/ctl start");\r\n'],
  ])('reads entries in %s', (_spelling, entry) => {
    put('bosh/instances/nats_0/monit/nats.monitrc', entry);
    put('status.xml', FORWARDER_RUNS);
    expect(instance('start', 'nats_0', 'f1', '30')).toEqual({ exitCode: 0, lines: ['nats running'] });
    const inForce = read('monit/job/nats_0.nats.monitrc');
    const launched = `"${join(root, 'bosh/bin/launch')} /run/n.pid /j/ctl start"`;
    expect(inForce).toContain(launched);
    // Nothing else has changed.
    const former = entry.replace(/["'] *\/j\/ctl start["']/, '"/j/ctl start"');
    expect(inForce.replace(launched, '"/j/ctl start"').trimEnd()).toBe(former.trimEnd());
  });

  it('starts, reports and stops what has blanks in its name', () => {
    const called = (states: State) => statusOf({ nats: states }).replace('>nats<', '>my nats<');
    put('bosh/instances/nats_0/monit/nats.monitrc', 'check process "my nats" with pidfile /x\n');
    put('status.xml', called(STOPPED));
    monit(`[ "$1 $2" != 'start my nats' ] || ${becomes(called(RUNNING))}`);
    expect(instance('start', 'nats_0', 'f1', '30')).toMatchObject({ exitCode: 0 });
    expect(instance('status', 'nats_0').lines).toEqual(['"my nats" running']);
    expect(calls()).toContain('start my nats');
    monit(`[ "$1 $2" != 'stop my nats' ] || ${becomes(called(STOPPED))}`);
    expect(instance('stop', 'nats_0', '30')).toEqual({ exitCode: 0, lines: [] });
    expect(instance('status', 'nats_0').lines).toEqual(['"my nats" not monitored']);
  });

  it('starts the daemon where there is none', () => {
    rmSync(join(root, 'bosh/var/monit.pid'));
    put('status.xml', '');
    monit(`[ $# -gt 0 ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['', 'start nats']);
  });

  it('starts the daemon where its pid file names a stranger, who gets no signal', async () => {
    const stranger = spawnStranger();
    put('bosh/var/monit.pid', `${stranger.pid}\n`);
    put('status.xml', '');
    monit(`[ $# -gt 0 ] || ${becomes(FORWARDER_RUNS)}`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(calls().slice(0, 2)).toEqual(['', 'start nats']);
    expect(instance('stop', 'nats_0', '1').exitCode).toBe(3);
    expect(isAlive(stranger)).toBe(true);
    stranger.kill('SIGKILL');
  });

  it('wakes the daemon', async () => {
    put('status.xml', ALL_STOPPED);
    monit(`[ "$*" != 'start nats_stream_forwarder' ] || { sleep 1; ${becomes(FORWARDER_RUNS)}; } &`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    await until(() => existsSync(join(root, 'woken')), 'it was woken');
  });

  it('says in time that monit does not answer', () => {
    put('status.xml', '');
    expect(instance('start', 'nats_0', 'f1', '1')).toEqual({ exitCode: 3, lines: [NO_ANSWER.replace('ROOT', root)] });
    expect(calls()).toEqual([]);
  });

  it.skipIf(!MAY_MOUNT)('changes nothing, and says so, where there is no room for the entries', () => {
    const before = read('monit/job/nats_0.nats.monitrc');
    const disk = join(root, 'monit/job');
    const entries = entriesInForce().map((name) => [name, read(`monit/job/${name}`)] as const);
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'none', disk]);
    try {
      for (const [name, content] of entries) put(`monit/job/${name}`, content);
      spawnSync('sh', ['-c', `cat /dev/zero >${disk}/filler`]);
      put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  if totalmem > 500 Mb then alert\n`);
      const { exitCode, lines } = instance('start', 'nats_0', 'f1', '30');
      expect([exitCode, lines.at(-1)]).toEqual([1, `cannot write ${disk}/nats_0.nats.monitrc.new`]);
      expect(read('monit/job/nats_0.nats.monitrc')).toBe(before);
      expect(calls()).toEqual([]);
    } finally {
      spawnSync('umount', ['-l', disk]);
    }
  });

  it('gives up in time, in monit’s words, and keeps no mark', () => {
    put('status.xml', statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 1, status: 512 } }));
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '1');
    expect(exitCode).toBe(3);
    expect(lines).toEqual([
      'nats_stream_forwarder does not exist',
      'not running after 1 s:',
      'nats running',
      'nats_stream_forwarder does not exist',
    ]);
    expect(existsSync(join(root, 'bosh/instances/nats_0/started'))).toBe(false);
  });

  it('adds what the instance has logged since it was started, and nobody else', () => {
    const log = (name: string, text: string) =>
      `mkdir -p ${root}/sys/log/${name.split('/')[0]}; echo '${text}' >>${root}/sys/log/${name}; `;
    put('sys/log/nats/former.log', 'of last week');
    put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  start program "/jobs/nats/bin/nats_ctl start"\n`);
    put('status.xml', statusOf({ nats: RUNNING, nats_stream_forwarder: { monitor: 1, status: 512 } }));
    monit(
      `[ "$1" != start ] || { ${log('nats_stream_forwarder/err.log', 'no such host')}${log('monit/nats_ctl.err.log', 'line 7: no such file')}${log('uaa/uaa.log', 'not mine')}}`,
    );
    const { lines } = instance('start', 'nats_0', 'f1', '2');
    const told = lines.slice(lines.indexOf('nats running'));
    expect(told.slice(0, 2)).toEqual(['nats running', 'nats_stream_forwarder does not exist']);
    expect(told).toContain('no such host');
    expect(told).toContain('line 7: no such file');
    expect(told.join()).not.toMatch(/not mine|last week/);
  });

  it('touches nothing when monit refuses the entries', () => {
    const before = read('monit/job/nats_0.nats.monitrc');
    put('bosh/instances/nats_0/monit/nats.monitrc', 'check nonsense\n');
    put('bosh/instances/nats_0/monit/more.monitrc', 'check process more with pidfile /m\n');
    monit('[ "$1" != -t ] || { echo "syntax error"; exit 1; }');
    expect(instance('start', 'nats_0', 'f1', '30')).toEqual({ exitCode: 3, lines: ['syntax error'] });
    expect(calls()).toEqual(['-t']);
    expect(read('monit/job/nats_0.nats.monitrc')).toBe(before);
    expect(entriesInForce()).toEqual(['nats_0.nats.monitrc', 'nats_01.other.monitrc']);
  });

  it('has nothing to start without an entry', () => {
    rmSync(join(root, 'bosh/instances/nats_0/monit/nats.monitrc'));
    expect(instance('start', 'nats_0', 'f1', '30')).toEqual({ exitCode: 3, lines: ['no monit entry of nats_0'] });
  });
});

/** Entries whose forwarder is started by the real launcher; monit calls it so often, and would again and again. */
function launchedBy(program: string, { times }: { readonly times: number }): void {
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
const NOTE_OF_ENDS = (): string => `bosh/var/started${join(root, 'f.pid').replaceAll('/', '-')}.ends`;
const hasComeToLife = (): boolean =>
  existsSync(join(root, NOTE_OF_ENDS())) && / [1-9]\d+$/.test(read(NOTE_OF_ENDS()).split('\n')[0] ?? '');
const lastParagraph = (lines: readonly string[]): readonly string[] =>
  lines.slice(lines.findLastIndex((line) => / does not exist$| so far$/.test(line)) + 1);

describe('a start that fails', () => {
  it('is given up after three times, with how it ended, what it said and what it logged', () => {
    const log = `${root}/sys/log/nats`;
    launchedBy(
      `mkdir -p ${log}; echo 'reads nats.yml' >>${log}/nats.log; echo 'starts'; echo 'no port given' >&2; exit 1`,
      {
        times: 3,
      },
    );
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)]).toEqual([
      4,
      [
        'no port given (the start program of nats_stream_forwarder ended with exit code 1, 3 times)',
        'nats_stream_forwarder said:',
        'starts',
        'no port given',
        `${log}/nats.log:`,
        'reads nats.yml',
        'reads nats.yml',
        'reads nats.yml',
      ],
    ]);
  });

  it('is told by the signal that ended it', () => {
    launchedBy('kill -9 $$', { times: 3 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)]).toEqual([
      4,
      ['the start program of nats_stream_forwarder was ended by signal 9, 3 times'],
    ]);
  });

  it('is told from a process that comes to life and is gone soon', () => {
    launchedBy(`echo 'loses its master'; sleep 0.3 & echo $! >${root}/f.pid`, { times: 4 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)[0]]).toEqual([
      4,
      'loses its master (nats_stream_forwarder starts and is gone within half a minute, 3 times)',
    ]);
  });

  it('is not given up while it works, and told from one that ended', () => {
    launchedBy('echo "upgrades its tables"; exec sleep 30', { times: 1 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '3');
    const pid = /process (\d+)/.exec(lines.join('\n'))?.[1] ?? '';
    process.kill(Number(pid), 'SIGKILL');
    expect([exitCode, lines.slice(-2)]).toEqual([
      3,
      [`nats_stream_forwarder: its start program still works (process ${pid}); it said:`, 'upgrades its tables'],
    ]);
  });

  it('begins a new count each time', () => {
    launchedBy('exit 1', { times: 2 });
    for (const _try of [1, 2]) expect(instance('start', 'nats_0', 'f1', '3').exitCode).toBe(3);
  });

  it('names the process that holds the port', async () => {
    const holder = spawn('ruby', [
      '-rsocket',
      '-e',
      's = TCPServer.new("127.0.0.1", 0); puts s.addr[1]; $stdout.flush; sleep',
    ]);
    const [chunk] = (await once(holder.stdout, 'data')) as [Buffer];
    const port = chunk.toString().trim();
    const cause = `port ${port} is in use by process ${holder.pid} (ruby -rsocket -e`;
    try {
      launchedBy(`echo 'bind: 127.0.0.1:${port}: Address already in use' >&2; exit 98`, { times: 3 });
      expect(lastParagraph(instance('start', 'nats_0', 'f1', '60').lines)[0]).toContain(cause);
      // Where it does not say which one, its files do.
      put('jobs/nats/config/nats.yml', `port: ${port}\n`);
      launchedBy(`echo 'EADDRINUSE' >&2; exit 98`, { times: 3 });
      expect(lastParagraph(instance('start', 'nats_0', 'f1', '60').lines)[0]).toContain(cause);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('does not wait as long as monit does for what will not come', async () => {
    launchedBy('exit 1', { times: 1 });
    await instanceWhile(['start', 'nats_0', 'f1', '60'], async () => {
      await until(() => wakes() > 40, 'the daemon got many signals', 40_000);
    });
  });
});

describe('stop', () => {
  it('tells what its stop program said of a process that lives on', async () => {
    launchedBy(`setsid sleep 300 & echo $! >${root}/f.pid`, { times: 1 });
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    await until(hasComeToLife, 'it has come to life');
    const pid = read('f.pid').trim();
    put(
      'monit/monit.log',
      "[2026] error    : 'nats_stream_forwarder' failed to stop (exit status 4) -- '/f stop': of old\n",
    );
    monit(
      `[ "$*" != 'stop nats_stream_forwarder' ] || { printf '%s\n' "[2026] info     : other" "[2026] error    : 'nats_stream_forwarder' failed to stop (exit status 4) -- '/f stop': cannot drain" 'no queue' '' "[2026] info     : other" >>${root}/monit/monit.log; ${becomes(ALL_STOPPED)}; }`,
    );
    expect(instance('stop', 'nats_0', '30')).toEqual({
      exitCode: 4,
      lines: [
        "'nats_stream_forwarder' failed to stop (exit status 4) -- '/f stop': cannot drain",
        'no queue',
        `process ${pid} lives on: sleep 300 `,
      ],
    });
    process.kill(Number(pid), 'SIGKILL');
  });

  it('stops every process and waits until none runs', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(`[ "$*" != 'stop nats_stream_forwarder' ] || ${becomes(ALL_STOPPED)}`);
    expect(instance('stop', 'nats_0', '30')).toEqual({ exitCode: 0, lines: [] });
    expect(calls()).toEqual(['stop nats', 'stop nats_stream_forwarder']);
  });

  it('ends starts that are under way', () => {
    put('bosh/bin/launch', `#!/bin/sh\necho "launch $*" >>${root}/calls\n`);
    put('bosh/instances/nats_0/monit/nats.monitrc', `${ENTRY}  start program "/jobs/f/bin/f_ctl start"\n`);
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    put('status.xml', ALL_STOPPED);
    expect(instance('stop', 'nats_0', '30').exitCode).toBe(0);
    expect(calls().at(-1)).toBe('launch --end /x');
  });

  it('takes what monit does not answer about for running', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(`[ "$*" != 'stop nats_stream_forwarder' ] || : >${root}/status.xml`);
    expect(instance('stop', 'nats_0', '1')).toEqual({
      exitCode: 3,
      lines: ['does not stop:', 'nats monit does not answer', 'nats_stream_forwarder monit does not answer'],
    });
    put('status.xml', '');
    expect(instance('stop', 'nats_0', '1')).toEqual({ exitCode: 3, lines: [NO_ANSWER.replace('ROOT', root)] });
  });

  it('says what does not stop', () => {
    put('status.xml', statusOf({ nats: STOPPED, nats_stream_forwarder: { monitor: 1, pending: 3 } }));
    expect(instance('stop', 'nats_0', '1')).toEqual({
      exitCode: 3,
      lines: ['does not stop:', 'nats not monitored', 'nats_stream_forwarder action pending'],
    });
  });

  it('has nothing to do for an instance that is not installed', () => {
    expect(instance('stop', 'uaa_0', '30')).toEqual({ exitCode: 0, lines: [] });
    expect(calls()).toEqual([]);
  });
});

/** monit as it is when it obeys. */
const OBEYS = (): string => `${stopsAll()}; ${startsAll()}`;
const stopsAll = (): string => {
  put('stopped.xml', ALL_STOPPED);
  return `[ "$*" != 'stop nats_stream_forwarder' ] || cp ${root}/stopped.xml ${root}/status.xml`;
};
const startsAll = (): string => {
  put('running.xml', FORWARDER_RUNS);
  return `[ "$*" != 'start nats_stream_forwarder' ] || cp ${root}/running.xml ${root}/status.xml`;
};

const HELD = ['nats stopped by operator', 'nats_stream_forwarder stopped by operator'];
const heldEntries = (): string[] => readdirSync(join(root, 'monit/stopped')).toSorted();

describe('hold', () => {
  it('stops every process and keeps the entries from monit', () => {
    put('status.xml', FORWARDER_RUNS);
    const before = read('monit/job/nats_0.nats.monitrc');
    monit(OBEYS());
    expect(instance('hold', 'nats_0', '30')).toEqual({ exitCode: 0, lines: HELD });
    expect([entriesInForce(), heldEntries()]).toEqual([['nats_01.other.monitrc'], ['nats_0.nats.monitrc']]);
    expect(read('monit/stopped/nats_0.nats.monitrc')).toBe(before);
    expect(instance('status', 'nats_0').lines).toEqual(HELD);
    // Once more, it finds nothing to do.
    rmSync(join(root, 'calls'));
    expect(instance('hold', 'nats_0', '30').exitCode).toBe(0);
    expect(calls()).toEqual([]);
  });

  it('keeps the entries in force where a process does not stop', () => {
    put('status.xml', FORWARDER_RUNS);
    expect(instance('hold', 'nats_0', '1').exitCode).toBe(3);
    expect(entriesInForce()).toContain('nats_0.nats.monitrc');
    expect(instance('status', 'nats_0').lines[0]).toBe('nats running');
  });

  it('takes one whose entries were moved in part for one that is not stopped yet', () => {
    put('monit/stopped/nats_0.former.monitrc', 'check process former with pidfile /f\n');
    put('status.xml', ALL_STOPPED);
    expect(instance('status', 'nats_0').lines[0]).toBe('nats not monitored');
    expect(instance('hold', 'nats_0', '30').exitCode).toBe(0);
    expect(instance('status', 'nats_0').lines).toEqual(['former stopped by operator', ...HELD]);
  });

  it.each(['start', 'restart'])('is undone by a %s', (verb) => {
    put('bosh/instances/nats_0/installed', 'fingerprint f1\n');
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    instance('hold', 'nats_0', '30');
    expect(instance(verb, 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(instance('status', 'nats_0').lines).toEqual(['nats running', 'nats_stream_forwarder running']);
    expect([entriesInForce(), heldEntries()]).toEqual([['nats_0.nats.monitrc', 'nats_01.other.monitrc'], []]);
    expect(instance('outdated', 'nats_0').exitCode).toBe(1);
  });
});

describe('restart', () => {
  beforeEach(() => put('bosh/instances/nats_0/installed', 'fingerprint f1\njob nats x\n'));

  it('stops and starts every process, and keeps its token and what it was started from', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    expect(instance('restart', 'nats_0', 'run-7', '30').exitCode).toBe(0);
    expect(calls()).toEqual(['stop nats', 'stop nats_stream_forwarder', 'start nats', 'start nats_stream_forwarder']);
    expect([started(), read('bosh/instances/nats_0/restarted').trim()]).toEqual(['f1', 'run-7']);
  });

  it('keeps no token of one that does not come up, and says why', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(stopsAll());
    const { exitCode, lines } = instance('restart', 'nats_0', 'run-7', '1');
    expect([exitCode, lines.includes('not running after 1 s:')]).toEqual([3, true]);
    expect(existsSync(join(root, 'bosh/instances/nats_0/restarted'))).toBe(false);
  });

  it('refuses what is not installed', () => {
    expect(instance('restart', 'uaa_0', 'run-7', '30')).toEqual({ exitCode: 3, lines: ['uaa_0 is not installed'] });
  });

  it('ends a process that monit has lost sight of, and nobody else', () => {
    const lost = spawnOrphan(`${root}/jobs/nats/config/nats.yml`);
    const other = spawnOrphan(`${root}/jobs/natty/config/nats.yml`);
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    const { exitCode, lines } = instance('restart', 'nats_0', 'run-7', '30');
    expect(exitCode).toBe(0);
    expect(lines.join()).toContain(`ends process ${lost}, which monit had lost sight of: sh -c while`);
    expect([lost, other].map((pid) => spawnSync('grep', ['-q', '.', `/proc/${pid}/cmdline`]).status === 0)).toEqual([
      false,
      true,
    ]);
    process.kill(other, 'SIGKILL');
  });

  it('ends what its pid file still names when monit takes it for stopped', async () => {
    put('bosh/bin/launch', shipped('launch'));
    put(
      'bosh/instances/nats_0/monit/nats.monitrc',
      `${ENTRY}  start program "/jobs/f/bin/f_ctl start"\n`.replace('/x', `${root}/f.pid`),
    );
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    // A child of ours, so that nothing but the pid file leads to it.
    const lost = spawn('sh', ['-c', 'while :; do sleep 0.2; done', `${root}/packages/nats`]);
    put('f.pid', `${lost.pid}\n`);
    monit(OBEYS());
    expect(instance('restart', 'nats_0', 'run-7', '30').lines.join()).toContain(`ends process ${lost.pid}`);
    await until(() => lost.signalCode !== null, 'it has ended');
  });

  it('spares a stranger whose number was written into a pid file', () => {
    const stranger = spawnStranger();
    put('bosh/bin/launch', shipped('launch'));
    put(
      'bosh/instances/nats_0/monit/nats.monitrc',
      `${ENTRY}  start program "/jobs/f/bin/f_ctl start"\n`.replace('/x', `${root}/f.pid`),
    );
    put('status.xml', FORWARDER_RUNS);
    instance('start', 'nats_0', 'f1', '30');
    put('f.pid', `${stranger.pid}\n`);
    put(`bosh/var/started${join(root, 'f.pid').replaceAll('/', '-')}.up`, '4711 4711\n');
    expect(instance('status', 'nats_0').lines[1]).toBe('nats_stream_forwarder pid file names another process');
    monit(`[ "$1" != stop ] || [ ! -e ${root}/f.pid ] || kill "$(cat ${root}/f.pid)"; ${OBEYS()}`);
    expect(instance('restart', 'nats_0', 'run-7', '30').exitCode).toBe(0);
    expect(isAlive(stranger)).toBe(true);
    stranger.kill('SIGKILL');
  });

  it('waits while another instance of the node is being started', async () => {
    put('status.xml', FORWARDER_RUNS);
    monit(OBEYS());
    const holder = spawn('flock', [join(root, 'bosh/var/instance.lock'), 'sleep', '300']);
    await until(
      () => spawnSync('flock', ['-n', join(root, 'bosh/var/instance.lock'), 'true']).status === 1,
      'it is held',
    );
    expect(instance('restart', 'nats_0', 'run-7', '1')).toEqual({
      exitCode: 3,
      lines: ['another instance of this node has been started or stopped for 1 s'],
    });
    expect(calls()).toEqual([]);
    holder.kill('SIGKILL');
  });
});

/** A process of nobody, with such a word in its command line. */
function spawnOrphan(word: string): number {
  const script = 'setsid sh -c "while :; do sleep 0.2; done" "$0" </dev/null >/dev/null 2>&1 & echo $!';
  return Number(spawnSync('sh', ['-c', script, word], { encoding: 'utf8' }).stdout);
}

it('says how it is used', () => {
  expect(instance('dance', 'nats_0').exitCode).toBe(2);
});
