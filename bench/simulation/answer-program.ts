import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { answerCheck } from './answer-check.ts';
import { readAssignments, readWord, readWords } from './shell-words.ts';
import { type SimulatedNode, sha256 } from './simulated-node.ts';

export interface ProgramEnd {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

const FIRST_LINE = 'cd /\n';
const BEHIND_STANDING = 'unset claimant its_generation its_run rest\n';

/** What a program of ours says on that node, at once, and what it leaves there. */
export function answerProgram(node: SimulatedNode, program: string): ProgramEnd {
  const { values } = readAssignments(program, program.indexOf(FIRST_LINE) + FIRST_LINE.length);
  const action = values.get('action');
  if (action !== undefined) return runnerAnswer(node, action, values);
  const standing = program.indexOf(BEHIND_STANDING);
  if (standing === -1) throw new Error(`a program that simulated nodes do not know: ${program.slice(0, 300)}`);
  const secrets = readAssignments(program, standing + BEHIND_STANDING.length);
  const { word } = readWord(program, program.indexOf('eval ', secrets.end) + 'eval '.length);
  const { stdout, exitCode } = answerCheck(node, word);
  const [owner = '-', generation = '0', run = '0'] = node.claim?.split(' ') ?? [];
  return { stdout: `${node.position} ${generation} ${run} ${owner}\n${stdout}`, stderr: '', exitCode };
}

function runnerAnswer(node: SimulatedNode, action: string, values: ReadonlyMap<string, string>): ProgramEnd {
  const value = (name: string): string => values.get(name) ?? '';
  const says = (...lines: readonly string[]): ProgramEnd => ({
    stdout: '',
    stderr: lines.map((line) => `runner: ${line}\n`).join(''),
    exitCode: 0,
  });
  const claim = (): void => void (node.claim = `${value('engine')} ${value('generation')} ${value('run')}`);
  switch (action) {
    case 'install':
      claim();
      return says(`installed ${node.position}`);
    case 'repair':
      return says('laid');
    case 'leave':
      node.claim = undefined;
      return says('left');
    case 'jobs':
      return says('listed');
    case 'run': {
      claim();
      node.position += 2;
      leaveTraces(node, values);
      const began = node.position - 1;
      return { ...says(`started ${began}`, `end exited 0 0 ${node.position}`), stdout: `started ${began}\n` };
    }
    default:
      return says('end none null 0 0');
  }
}

/** Each command has the effect that its step's check looks for. */
function leaveTraces(node: SimulatedNode, values: ReadonlyMap<string, string>): void {
  const { step, instance } = JSON.parse(`{${values.get('about') ?? ''}}`) as { step: string; instance: string };
  const text = values.get('text') ?? '';
  const input = Buffer.from(values.get('input') ?? '', 'base64');
  const upload = /\nchmod (\S+) \S+\nmv \S+\.new (\S+)$/.exec(text);
  if (upload !== null && text.includes('cat >')) {
    const [, mode = '', path = ''] = upload;
    node.files.set(path, `${sha256(input)} ${mode.replace(/^0+/, '')}`);
    if (path.endsWith('/nise_bosh.tgz')) archives.set(sha256(input), input);
    return;
  }
  const fetched = /([0-9a-f]{64}) {2}(\S+)\.part'/.exec(text);
  if (fetched !== null) {
    const [, digest = '', path = ''] = fetched;
    node.files.set(path, `${digest} 644`);
    return;
  }
  const unpacked = /tar -xzf (\S+nise_bosh\.tgz) /.exec(text)?.[1];
  if (unpacked !== undefined) node.niseBosh = digestOf(node.files.get(unpacked)?.split(' ')[0] ?? '');
  const tag = instance.replace(/\/(\d+)$/, '_$1');
  if (step === 'installJob') {
    const inputs = /--inputs (\S+)/.exec(text)?.[1] ?? '';
    node.installed.set(tag, node.files.get(inputs)?.split(' ')[0] ?? '');
  } else if (step === 'start') {
    const words = readWords(text, text.indexOf('/bin/instance start ') + '/bin/instance start '.length);
    node.started.set(tag, words[1] ?? '');
  } else node.prepared.add(step);
}

const archives = new Map<string, Buffer>();
const unpackedDigests = new Map<string, string>();

/** Of what `sha256sum` prints for the files of an archive, in the order of their names; each archive is unpacked once. */
function digestOf(archive: string): string {
  const known = unpackedDigests.get(archive);
  if (known !== undefined) return known;
  const folder = mkdtempSync(join(tmpdir(), 'simulated-node-'));
  try {
    execFileSync('tar', ['-xzf', '-', '-C', folder], { input: archives.get(archive) ?? Buffer.alloc(0) });
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .toSorted();
    const lines = files.map((file) => `${sha256(readFileSync(join(folder, file)))}  ./${file}\n`);
    const digest = sha256(lines.join(''));
    unpackedDigests.set(archive, digest);
    return digest;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
