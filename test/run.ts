import process from 'node:process';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { ANSWERS_FILE, unseen } from './api/openapi/answers.ts';

ignoreClosedReaders(process);

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
const failed: string[] = [];
const leftOut: string[] = [];

for (const [name, command] of [
  ['formatting', ['prettier', '--check', '--log-level', 'warn', '.']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings', '--quiet']],
  ['types', ['tsc', '--noEmit']],
  ['unused code', ['knip', '--no-progress']],
] as const)
  count(name, command);
// Every answer that the API is described with must have been seen by a test.
const answers = join(mkdtempSync(join(tmpdir(), 'test-answers-')), 'answers');
writeFileSync(answers, '');
runTests('unit', { [ANSWERS_FILE]: answers });
for (const answer of unseen(readFileSync(answers, 'utf8').split('\n'))) fail(`no test has seen: ${answer}`);
rmSync(dirname(answers), { recursive: true });
for (const project of ['workflow', 'integration']) runTests(project);

for (const reason of new Set(leftOut)) console.log(`left out: ${reason}`);
// Once more at the end: what failed in a log of many thousand lines is looked for there.
for (const name of failed) console.log(`FAILED: ${name}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 ? 1 : 0;

function count(name: string, [program, ...words]: readonly [string, ...string[]]): void {
  const { status } = spawnSync(program, words, { stdio: 'inherit' });
  if (status === 0) {
    console.log(`ok: ${name}`);
    totals.passed += 1;
  } else fail(name);
}

function runTests(project: string, env: Readonly<Record<string, string>> = {}): void {
  const folder = mkdtempSync(join(tmpdir(), 'test-report-'));
  const file = join(folder, 'report.json');
  const words = ['run', '--project', project, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const { status } = spawnSync('vitest', words, { stdio: 'inherit', env: { ...process.env, ...env } });
  try {
    const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
    // A file that cannot be loaded fails without a failed test.
    const broken = report.testResults.flatMap(failedIn);
    if (status !== 0 && broken.length === 0) broken.push(`${project} tests ended with ${String(status)}`);
    failed.push(...broken);
    totals.passed += report.numPassedTests;
    totals.failed += broken.length;
    totals.skipped += report.numPendingTests + report.numTodoTests;
    leftOut.push(...report.testResults.flatMap(skippedIn));
  } catch (error) {
    fail(`${project} tests gave no report: ${String(error)}`);
  }
  rmSync(folder, { recursive: true });
}

function fail(name: string): void {
  console.log(`FAILED: ${name}`);
  failed.push(name);
  totals.failed += 1;
}

interface Report {
  readonly numPassedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    /** The file's path. */
    readonly name: string;
    readonly status: string;
    /** Why the file could not be loaded, else empty. */
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function failedIn({ name, status, message, assertionResults }: Report['testResults'][number]): string[] {
  const file = relative(process.cwd(), name);
  const tests = assertionResults.filter((test) => test.status === 'failed');
  if (tests.length === 0) return status === 'failed' ? [`${file}: ${firstLine(message)}`] : [];
  return tests.map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages[0] ?? '')}`);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function skippedIn({ assertionResults }: Report['testResults'][number]): string[] {
  return assertionResults
    .filter(({ status }) => status === 'pending' || status === 'skipped')
    .map(({ fullName }) => fullName);
}
