import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { restart } from '../../../activities/steps/restart.ts';
import { stop } from '../../../activities/steps/stop.ts';
import { placeOf } from '../../../domain/instance.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext, reasonsFor, textsOf } from '../samples.ts';
import { run } from '../shell.ts';

const place = placeOf('nats/1');
const context = nodeContext();

describe('stop', () => {
  const step = stop(context, place);

  it.each([
    ['runs', 'nats running\nforwarder running\n', ['stop asked for by an operator']],
    ['monit gave up', 'nats not monitored\n', ['stop asked for by an operator']],
    ['monit does not answer about', 'nats monit does not answer\n', ['stop asked for by an operator']],
    ['is stopped already', 'nats stopped by operator\nforwarder stopped by operator\n', []],
    ['is not installed', '', []],
    ['monit has lost sight of', 'installed=yes\n', ['stop asked for by an operator']],
    ['was stopped after monit had lost sight of it', 'installed=yes\nnats stopped by operator\n', []],
  ])('of one that %s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it('takes a look that was killed for no sign that all is stopped', () => {
    expect(() => reasonsFor(step, '', 137)).toThrow(/nothing is known of its processes/);
    expect(reasonsFor(step, '', 127)).toEqual([]);
  });

  it.each([126, 127])('stops what is installed where the script is not to be run: %d', (exitCode) => {
    expect(reasonsFor(step, 'installed=yes\n', exitCode)).toEqual(['stop asked for by an operator']);
  });

  it.each([
    ['bosh/instances/nats_1/monit/nats.monitrc', 'check process nats\n', true],
    ['monit/job/nats_1.nats.monitrc', '\n  CHECK process nats\n', true],
    ['bosh/instances/nats_1/monit/errand.monitrc', '# no check\n', false],
    ['monit/job/nats_10.nats.monitrc', 'check process nats\n', false],
  ])('looks for what monit would watch: %s', (file, content, isInstalled) => {
    const folder = temporaryFolder();
    mkdirSync(dirname(join(folder, 'var/vcap', file)), { recursive: true });
    writeFileSync(join(folder, 'var/vcap', file), content);
    const { stdout } = run(step.check.run, { root: folder });
    expect(step.check.parse({ exitCode: 127, stdout }).isInstalled).toBe(isInstalled);
  });

  it('gives monit two minutes, and says so when it does not stop', () => {
    const [change] = step.changes(step.check.parse({ exitCode: 0, stdout: 'nats running\n' }));
    expect(change?.act).toMatchObject({
      command: { text: '/var/vcap/bosh/bin/instance hold nats_1 120' },
      long: true,
      failures: { 3: 'JobNotRunning' },
    });
  });
});

describe('restart', () => {
  const step = restart(context, place, { token: 'engine/7/1', startDeadlineMs: 90_500 });

  it.each([
    ['runs', 'token=engine/6/1\nnats running\n', ['restart asked for by an operator']],
    ['is stopped', 'token=\nnats stopped by operator\n', ['restart asked for by an operator']],
    ['has not come up', 'token=engine/7/1\nnats does not exist\n', ['restart asked for by an operator']],
    ['monit knows nothing of', 'token=\n', ['restart asked for by an operator']],
    ['this restart has brought up', 'token=engine/7/1\nnats running\nforwarder running\n', []],
    ['ran, while monit is told of another one', 'token=engine/7/1\nnats initializing\nforwarder running\n', []],
  ])('of one that %s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it('stops and starts it within the deadlines of both', () => {
    const [change] = step.changes(step.check.parse({ exitCode: 0, stdout: '' }));
    expect(change?.act).toMatchObject({
      command: { text: '/var/vcap/bosh/bin/instance restart nats_1 engine/7/1 91' },
      timeoutMs: 512_500,
      failures: { 3: 'JobNotRunning' },
    });
  });
});

it('says in monit’s words what ran after a restart and does not any more', () => {
  const step = restart(context, place, { token: 'engine/7/1', startDeadlineMs: 90_500 });
  const after = (stdout: string) => step.unmet?.(step.check.parse({ exitCode: 0, stdout }));
  expect(after('token=engine/7/1\nnats starts and is gone within half a minute, once, so far\n')).toMatchObject({
    code: 'JobNotRunning',
    message: 'nats/1 ran and does not any more: nats starts and is gone within half a minute, once, so far',
  });
  // Another reason is left.
  expect(after('token=engine/6/1\nnats running\n')).toBeUndefined();
});

it.each([stop, restart])('%o brings the scripts up to date on a node that an older engine has prepared', (make) => {
  const scripts = ['instance', 'launch'].map((name) => ({
    path: `/var/vcap/bosh/bin/${name}`,
    content: `# ${name} of this engine\n`,
    mode: '0755',
  }));
  const step = make({ monitFiles: [...context.monitFiles, ...scripts] }, place, { token: '-', startDeadlineMs: 1 });
  const stdout = `${run(step.check.run, { root: temporaryFolder() }).stdout}nats running\n`;
  const changes = step.changes(step.check.parse({ exitCode: 0, stdout }) as never);
  expect(changes.map(({ act }) => (act.kind === 'upload' ? act.path : act.kind))).toEqual([
    ...scripts.map(({ path }) => path),
    'command',
  ]);
  expect(textsOf(changes).join('\n')).not.toContain('monitrc');
});
