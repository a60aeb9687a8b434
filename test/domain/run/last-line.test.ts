import { expect, it } from 'vitest';
import { lastLine } from '../../../domain/run/last-line.ts';
import type { Outcome } from '../../../domain/run/run.ts';

const run = { operation: 'deploy', number: 7 } as const;

it.each<[Outcome, string | undefined, string]>([
  ['ok', undefined, 'deploy 7 OK'],
  ['unchanged', undefined, 'deploy 7 OK'],
  ['incomplete', 'nats/0: start given up', 'deploy 7 INCOMPLETE (nats/0: start given up)'],
  ['failed', 'the mirror is gone', 'deploy 7 FAILED (the mirror is gone)'],
  ['failed', undefined, 'deploy 7 FAILED (failed)'],
  ['cancelled', 'cancelled by an operator; remote-unknown: 10.0.0.1', 'deploy 7 CANCELLED'],
  ['superseded', 'run 8', 'deploy 7 SUPERSEDED (run 8)'],
  ['terminated', 'its workflow was terminated or is gone', 'deploy 7 TERMINATED'],
  ['abandoned', 'the restored backup does not know its end', 'deploy 7 ABANDONED'],
])('ends %s (%s) as programs expect it', (outcome, detail, line) => {
  expect(lastLine(run, outcome, detail)).toMatchObject({ stream: 'local', line });
});

it('stays one line whatever the reason looks like', () => {
  const { line } = lastLine(run, 'failed', 'it failed:\n  one\r\n  two\n');
  expect(line).toBe('deploy 7 FAILED (it failed: one two)');
});

it('shortens a reason that would not fit into one line of the log', () => {
  const { line } = lastLine(run, 'incomplete', 'x'.repeat(20_000));
  expect(line).toMatch(/^deploy 7 INCOMPLETE \(x{2000}\.\.\.\)$/);
});

it('needs no second for a reason of many blanks', () => {
  const begun = process.cpuUsage().user;
  const { line } = lastLine({ operation: 'deploy', number: 1 }, 'failed', `a${' '.repeat(100_000)}b \n\r\n c`);
  expect(line).toMatch(/^deploy 1 FAILED \(a {1999}\.\.\.\)$/);
  expect((process.cpuUsage().user - begun) / 1000).toBeLessThan(1_000);
});
