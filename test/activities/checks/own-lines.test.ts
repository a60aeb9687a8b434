import { chmodSync, lstatSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { containerHost } from '../../../activities/special/container-host.ts';
import { systemNames } from '../../../activities/special/system-names.ts';
import { ensureUser } from '../../../activities/steps/ensure-user.ts';
import type { Change } from '../../../domain/step.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, nodeContext } from '../samples.ts';
import { scratchHome } from '../scratch-home.ts';
import { run, runChange } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

/** A file of people's that a step adds to, on a node whose `/etc` and home are folders. */
interface PeoplesFile {
  readonly path: string;
  /** Lines as people have them. */
  readonly theirs: string;
  /** What must stand in it in the end, as lines of its own. */
  readonly ours: readonly string[];
  /** Part of what an earlier deploy wrote, cut off. */
  readonly half: string;
  /** Gives a path to whom the file belongs to. */
  readonly own: (path: string) => void;
  /** Brings the file to what the step wants, and says why. */
  settle(): string[];
}

const address = '10.10.101.181';
const names = `${address} api.cf.local uaa.cf.local login.cf.local hm9000.cf.local loggregator.cf.local console.cf.local`;

function hosts(): PeoplesFile {
  const root = temporaryFolder();
  mkdirSync(join(root, 'etc'));
  const step = systemNames(nodeContext({ frontAddress: address }));
  return {
    path: join(root, 'etc/hosts'),
    theirs: '127.0.0.1 localhost\n# with % and \\n\n::1 ip6\n',
    ours: ['# deployment-engine: system names', names, '# deployment-engine: end'],
    half: `# deployment-engine: system names\n10.10.101.99 api.cf.lo`,
    own: () => {},
    settle: () => {
      const facts = step.check.parse(run(step.check.run, { root }));
      return carryOut(step.changes({ ...facts, lookup: 'unknown' as const }), { root });
    },
  };
}

function grub(): PeoplesFile {
  const root = temporaryFolder();
  mkdirSync(join(root, 'etc/default'), { recursive: true });
  const { profile } = nodeContext();
  const step = containerHost(nodeContext({ profile: { ...profile, name: 'ubuntu-12.04' } }), NATS);
  const machine = [
    'kernel=3.2.0-61-virtual\nimage=3.2.0-61-virtual\ngrub=yes\ncgroups=1021994\nnamespaces=yes\nsettings=writable',
    'controller=cpu\ncontroller=cpuacct\ncontroller=devices\ncontroller=memory\ntool=iptables\ntool=quotaon\ntool=quotacheck',
  ].join('\n');
  return {
    path: join(root, 'etc/default/grub'),
    theirs: 'GRUB_TIMEOUT=5\nGRUB_CMDLINE_LINUX_DEFAULT="quiet"\n# people\nGRUB_CMDLINE_LINUX="console=ttyS0"\n',
    ours: [
      '# deployment-engine: kernel parameters',
      'GRUB_CMDLINE_LINUX_DEFAULT=""',
      'GRUB_CMDLINE_LINUX=""',
      '# deployment-engine: end',
    ],
    half: '# deployment-engine: kernel parameters\nGRUB_CMDLINE_LINUX_DEF',
    own: () => {},
    settle: () => {
      const lines = run(step.check.run, { root }).stdout.match(/^line=.*$/gm) ?? ['line=GRUB_CMDLINE_LINUX="none yet"'];
      const facts = step.check.parse({ exitCode: 0, stdout: [machine, ...lines].join('\n') });
      return carryOut(step.changes(facts), { root, path: programs({ 'update-grub': '' }) });
    },
  };
}

function authorizedKeys(): PeoplesFile {
  const { user, home, path, own } = scratchHome();
  mkdirSync(join(home, '.ssh'), { mode: 0o700 });
  own(join(home, '.ssh'));
  const context = nodeContext();
  const { configuration, engine } = context;
  const step = ensureUser({
    ...context,
    configuration: { ...configuration, properties: { ...configuration.properties, user } },
  });
  return {
    path: join(home, '.ssh/authorized_keys'),
    theirs: 'ssh-rsa AAAAB3 admin@office\n# deployment-engine\nssh-ed25519 AAAAC3 deployment-engine\n',
    ours: [engine.publicKey],
    half: engine.publicKey.slice(0, -8),
    own,
    settle: () => {
      const facts = step.check.parse(run(step.check.run, { path }));
      return carryOut(
        step.changes(facts).filter(({ reason }) => inEnglish(reason).includes('key')),
        { path },
      );
    },
  };
}

function carryOut(changes: readonly Change[], node: { root?: string; path?: string }): string[] {
  for (const { act } of changes)
    if (act.kind === 'command')
      expect(runChange(act.command, node)).toEqual({ exitCode: 0, stdout: expect.any(String) as string });
  return changes.map(({ reason }) => inEnglish(reason));
}

function put({ path, own }: PeoplesFile, text: string, mode = 0o600): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
  own(path);
}

const linesOf = (text: string): string[] => text.split(/\r?\n/);
const count = (text: string, line: string): number => linesOf(text).filter((each) => each === line).length;

describe.each([
  ['authorized_keys', authorizedKeys],
  ['hosts', hosts],
  ['grub', grub],
])('%s, a file of people', (_name, make) => {
  it.each<[string, (file: PeoplesFile) => string | undefined]>([
    ['missing', () => undefined],
    ['empty', () => ''],
    ['as people have it', ({ theirs }) => theirs],
    ['without a last newline', ({ theirs }) => theirs.trimEnd()],
    ['with CRLF', ({ theirs }) => theirs.replaceAll('\n', '\r\n')],
    ['with half of what is ours at its end', ({ theirs, half }) => `${theirs}${half}`],
    ['with half of what is ours before the rest', ({ theirs, half }) => `${half}\n${theirs}`],
    ['with what is ours twice', ({ theirs, ours }) => `${[...ours, ...ours].join('\n')}\n${theirs}`],
  ])('%s: keeps all lines, gets ours once, and is then left alone', (_state, contentOf) => {
    const file = make();
    const before = contentOf(file);
    if (before !== undefined) put(file, before, 0o640);
    file.settle();
    const after = readFileSync(file.path, 'utf8');
    for (const line of file.ours)
      expect([line, count(after, line)]).toEqual([line, expect.toBeOneOf([1, 2]) as number]);
    const kept = linesOf(file.theirs).filter((line) => before !== undefined && linesOf(before).includes(line));
    expect(linesOf(after)).toEqual(expect.arrayContaining(kept));
    expect(file.settle()).toEqual([]);
    expect(readFileSync(file.path, 'utf8')).toBe(after);
    if (before === undefined || after === before) return;
    expect(statSync(file.path).mode & 0o777).toBe(0o640);
    expect(readFileSync(`${file.path}.before-deployment-engine`, 'utf8')).toBe(before);
  });

  it('keeps the first original only', () => {
    const file = make();
    put(file, file.theirs);
    file.settle();
    writeFileSync(file.path, 'something else\n');
    file.settle();
    expect(readFileSync(`${file.path}.before-deployment-engine`, 'utf8')).toBe(file.theirs);
  });

  it('keeps owner and mode, even a read-only one', () => {
    const file = make();
    put(file, file.theirs, 0o444);
    const { uid, gid } = statSync(file.path);
    file.settle();
    expect(statSync(file.path)).toMatchObject({ uid, gid, mode: 0o100_444 });
  });

  it('keeps what people wrote into the middle of what is ours', () => {
    const file = make();
    const [first = '', ...others] = file.ours;
    put(file, [first, 'a line of theirs', ...others.slice(0, -1), 'and another', ''].join('\n'));
    file.settle();
    expect(linesOf(readFileSync(file.path, 'utf8'))).toEqual(
      expect.arrayContaining(['a line of theirs', 'and another']),
    );
    expect(file.settle()).toEqual([]);
  });

  it('stays a link', () => {
    const file = make();
    const target = join(dirname(file.path), 'elsewhere');
    put({ ...file, path: target }, file.theirs);
    symlinkSync('elsewhere', file.path);
    file.settle();
    expect(lstatSync(file.path).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toContain(`\n${file.ours[0]}\n`);
    expect(file.settle()).toEqual([]);
  });
});
