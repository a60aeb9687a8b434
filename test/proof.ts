import { spawnSync } from 'node:child_process';
import { PROOFS } from './proofs/proofs.ts';

const USAGE = 'Usage: npm run proof -- NAME [SEED], npm run proof -- list';

const [name = 'list', seed] = process.argv.slice(2);
if (['list', '-h', '--help'].includes(name)) list();
else if (name in PROOFS) prove(name);
else {
  console.error(`There is no proof ${name}.\n${USAGE}`);
  list();
  process.exitCode = 2;
}

function list(): void {
  for (const [each, { claim, usualMinutes }] of Object.entries(PROOFS))
    console.log(`${each.padEnd(14)} ${String(usualMinutes).padStart(3)} min  ${claim}`);
}

function prove(proof: string): void {
  const began = Date.now();
  const { status } = spawnSync('vitest', ['run', '--project', 'proof', `test/proofs/${proof}.proof.ts`], {
    stdio: 'inherit',
    env: { ...process.env, ...(seed === undefined ? {} : { PROOF_SEED: seed }) },
  });
  const minutes = ((Date.now() - began) / 60_000).toFixed(1);
  console.log(`PROOF ${proof}: ${status === 0 ? `held (${minutes} min)` : `broken (${minutes} min, see above)`}`);
  process.exitCode = status === 0 ? 0 : 1;
}
