import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { start } from '../../../activities/steps/start.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, reasonsFor } from '../samples.ts';
import { factsOf, run } from '../shell.ts';

const step = start(NATS, 90_500);

it.each([
  ['runs on these files', 'started=wanted-fingerprint\nnats running\n', []],
  ['was never started', 'started=\nnats not monitored\n', ['not started yet']],
  ['was never started, and monit knows nothing of it', 'started=\n', ['not started yet']],
  ['runs on older files', 'started=older\nnats running\n', ['runs on older files']],
  [
    'is down in part',
    'started=wanted-fingerprint\nnats running\nforwarder does not exist\nlog failed (monit status 512)\n',
    ['down: forwarder does not exist, log failed (monit status 512)'],
  ],
  [
    'was stopped by an operator',
    'started=older\nentries=outdated\nnats stopped by operator\nforwarder stopped by operator\n',
    ['stopped by operator'],
  ],
  [
    'runs by other monit entries',
    'started=wanted-fingerprint\nentries=outdated\nnats running\n',
    ['monit has other entries than were installed'],
  ],
  ['lost its monit entry', 'started=wanted-fingerprint\n', ['down: monit has no entry of it']],
])('an instance that %s', (_case, stdout, reasons) => {
  expect(reasonsFor(step, stdout)).toEqual(reasons);
});

it('says in monit’s words what ran after its start and does not any more', () => {
  const after = (stdout: string) => step.unmet?.(step.check.parse({ exitCode: 0, stdout }));
  expect(after('started=wanted-fingerprint\nnats Execution failed\n')).toMatchObject({
    code: 'JobNotRunning',
    message: 'nats/1 ran and does not any more: nats Execution failed',
  });
  expect(after('started=older\nnats running\n')).toBeUndefined();
});

it('lets monit have the deadline, in whole seconds, and the command a minute more', () => {
  const [change] = step.changes({ processes: [], started: undefined, isOutdated: true });
  expect(change?.act).toMatchObject({
    command: { text: '/var/vcap/bosh/bin/instance start nats_1 wanted-fingerprint 91' },
    timeoutMs: 150_500,
    failures: { 3: 'JobNotRunning', 4: 'JobNotRunning' },
    hopeless: 4,
  });
});

/** A node whose `instance` script knows these words; each call is written down. */
function nodeWith(verbs: string): { readonly root: string; readonly calls: () => string } {
  const root = temporaryFolder();
  const bin = join(root, 'var/vcap/bosh/bin');
  const home = join(root, 'var/vcap/bosh/instances/nats_1');
  for (const folder of [bin, home]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(home, 'started'), 'wanted-fingerprint\n');
  writeFileSync(join(bin, 'instance'), `#!/bin/sh\necho "$*" >>${root}/calls\ncase $1 in ${verbs} *) exit 2 ;; esac`);
  chmodSync(join(bin, 'instance'), 0o755);
  return { root, calls: () => readFileSync(join(root, 'calls'), 'utf8') };
}

const OLDER = "status) echo 'nats running' ;; outdated) ;;";
const FACTS = { started: 'wanted-fingerprint', isOutdated: true, processes: [{ name: 'nats', word: 'running' }] };

it('asks once for all instances of a node', () => {
  const survey =
    'survey) shift; for name; do printf "@@instance %s\\n@@started\\n@@outdated\\nnats running\\n" $name; done ;;';
  const { root, calls } = nodeWith(`${OLDER} ${survey}`);
  const another = start({ ...NATS, instance: { ...NATS.instance, number: 11 } }, 1000);
  const checks = [step.check, another.check];
  const results = splitChecks('node', run(lookCommand(checks), { root }).stdout, checks);
  expect(calls()).toBe('survey nats_1 nats_11\n');
  expect(results.map((result) => step.check.parse(result))).toEqual([FACTS, { ...FACTS, started: undefined }]);
  expect(factsOf(step, { root })).toEqual(FACTS);
});

it('asks for each instance where the script is of an older engine', () => {
  expect(factsOf(step, nodeWith(OLDER))).toEqual(FACTS);
});
