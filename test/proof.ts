import process from 'node:process';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ignoreClosedReaders } from '../domain/closed-readers.ts';
import { PROOFS } from './proofs/proofs.ts';

ignoreClosedReaders(process);

const USAGE = 'Usage: npm run proof -- NAME [SEED], npm run proof -- list';

const [name = 'list', seed] = process.argv.slice(2);
if (['list', '-h', '--help'].includes(name)) list();
else if (name in PROOFS) prove(name);
else {
  console.error(`There is no proof ${name}.`);
  list();
  process.exitCode = 2;
}

function list(): void {
  console.log(`${USAGE}\n`);
  for (const [each, { claim, usualMinutes }] of Object.entries(PROOFS))
    console.log(`${each.padEnd(14)} ${String(usualMinutes).padStart(3)} min  ${claim}`);
}

function prove(proof: string): void {
  const began = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'deployment-engine-proof-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { status } = spawnSync('vitest', ['run', '--project', 'proof', `test/proofs/${proof}.proof.ts`, ...reporters], {
    stdio: 'inherit',
    env: { ...process.env, ...(seed === undefined ? {} : { PROOF_SEED: seed }) },
  });
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  const outcome = status === 0 ? leftOut(report) : `broken (${minutes} min, see above)`;
  rmSync(folder, { recursive: true });
  console.log(`PROOF ${proof}: ${outcome ?? `held (${minutes} min)`}`);
  process.exitCode = outcome === undefined ? 0 : 1;
}

interface Report {
  readonly numTotalTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** What was not tried does not hold; names each case, which says what it needs. */
function leftOut(file: string): string | undefined {
  const { numTotalTests, numPassedTests, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
  if (numTotalTests === numPassedTests) return undefined;
  for (const { status, title } of testResults.flatMap(({ assertionResults }) => assertionResults))
    if (status !== 'passed') console.log(`left out: ${title}`);
  return `left out (${numPassedTests} of ${numTotalTests} cases were tried)`;
}
