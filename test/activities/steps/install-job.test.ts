import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { installJob } from '../../../activities/steps/install-job.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { CANARY, NATS, nodeContext, textsOf } from '../samples.ts';
import { factsOf, runChange } from '../shell.ts';

const step = installJob(nodeContext(), NATS);

const root = temporaryFolder();
const JOB = join(root, 'var/vcap/jobs/nats');
const INSTANCE = join(root, 'var/vcap/bosh/instances/nats_1');

/** What nise-bosh leaves: the job's files, their digests, and the marker. */
function installed(fingerprint = NATS.fingerprint): void {
  mkdirSync(JOB, { recursive: true });
  mkdirSync(INSTANCE, { recursive: true });
  const digests = ['ctl', 'nats.conf'].map((name) => {
    const path = join(JOB, name);
    writeFileSync(path, name);
    return `${createHash('sha256').update(name).digest('hex')}  ${path}\n`;
  });
  writeFileSync(join(INSTANCE, 'installed.sha256'), digests.join(''));
  writeFileSync(join(INSTANCE, 'installed'), `fingerprint ${fingerprint}\nspec index 1\npackage common f-old\n`);
}

const reasons = () => reasonsOf(step.changes(factsOf(step, { root })));

describe('an instance', () => {
  it('is installed where it is not', () => {
    expect(reasons()).toEqual(['not installed']);
  });

  it('is left alone when its files are as they were made', () => {
    installed();
    expect(reasons()).toEqual([]);
  });

  it('is installed again when what it is made from has changed', () => {
    installed('older');
    expect(reasons()).toEqual(['packages: common', 'job: +nats', 'properties: +nats.machines', 'spec: -index']);
  });

  it('names files that drifted beside what else has changed', () => {
    installed('older');
    writeFileSync(join(JOB, 'ctl'), 'x');
    expect(reasons().at(-1)).toEqual(`files drifted: ${JOB}/ctl`);
  });

  it.each<[string, () => void, string]>([
    ['a file was changed', () => writeFileSync(join(JOB, 'ctl'), 'x'), `files drifted: ${JOB}/ctl`],
    ['a file is gone', () => rmSync(join(JOB, 'nats.conf')), `files drifted: ${JOB}/nats.conf`],
    [
      'both',
      () => {
        writeFileSync(join(JOB, 'ctl'), 'x');
        rmSync(join(JOB, 'nats.conf'));
      },
      `files drifted: ${JOB}/ctl, ${JOB}/nats.conf`,
    ],
    ['the digests are gone', () => rmSync(join(INSTANCE, 'installed.sha256')), 'files drifted: installed.sha256'],
    [
      'the digests are empty',
      () => writeFileSync(join(INSTANCE, 'installed.sha256'), ''),
      'files drifted: installed.sha256',
    ],
    ['an installation was cut off', () => rmSync(join(INSTANCE, 'installed')), 'not installed'],
  ])('is installed again when %s', (_case, harm, reason) => {
    installed();
    harm();
    expect(reasons()).toEqual([reason]);
  });
});

describe('links to its packages', () => {
  const LINK = join(root, 'var/vcap/packages/common');
  const compiled = (fingerprint: string): string => {
    const folder = join(root, 'var/vcap/data/packages/common', fingerprint);
    mkdirSync(folder, { recursive: true });
    return folder;
  };
  const linkTo = (folder: string): void => {
    mkdirSync(join(root, 'var/vcap/packages'), { recursive: true });
    rmSync(LINK, { force: true });
    symlinkSync(folder, LINK);
  };

  it('lead to what is wanted, or the instance is installed again', () => {
    installed();
    linkTo(compiled('f-common'));
    expect(reasons()).toEqual([]);
    linkTo(compiled('f-older'));
    expect(reasons()).toEqual([`files drifted: ${LINK}`]);
    rmSync(LINK);
    expect(reasons()).toEqual([`files drifted: ${LINK}`]);
  });

  it('say nothing of what is not compiled yet', () => {
    rmSync(join(root, 'var/vcap/data/packages'), { recursive: true });
    installed();
    expect(reasons()).toEqual([]);
  });
});

it('is stopped first where it was installed and its next installation has broken off', () => {
  installed('older');
  renameSync(join(INSTANCE, 'installed'), join(INSTANCE, 'installed.previous'));
  const changes = step.changes(factsOf(step, { root }));
  expect(reasonsOf(changes)).toEqual(['its last installation broke off']);
  expect(textsOf(changes)[0]).toBe('/var/vcap/bosh/bin/instance stop nats_1 120');
  // Killed after its end, before the former marker was taken away.
  writeFileSync(join(INSTANCE, 'installed'), `fingerprint ${NATS.fingerprint}\n`);
  expect(reasons()).toEqual([]);
  rmSync(join(INSTANCE, 'installed.previous'));
});

it('lets a job change the files that its scripts are known to change', () => {
  const lenient = installJob(nodeContext(), { ...NATS, rewritten: ['nats/config/varz.yml'] });
  const files = ['/var/vcap/jobs/nats/config/varz.yml', '/var/vcap/jobs/nats/bin/ctl'];
  const facts = { fingerprint: NATS.fingerprint, hasBrokenOff: false, inputs: [], drifted: files };
  expect(reasonsOf(lenient.changes(facts))).toEqual(['files drifted: /var/vcap/jobs/nats/bin/ctl']);
  expect(reasonsOf(lenient.changes({ ...facts, drifted: files.slice(0, 1) }))).toEqual([]);
});

it('leaves an instance without any job, which has no files, alone once it is noted', () => {
  const empty = installJob(nodeContext(), { ...NATS, jobs: [] });
  installed();
  writeFileSync(join(INSTANCE, 'installed.sha256'), '');
  expect(reasonsOf(empty.changes(factsOf(empty, { root })))).toEqual([]);
});

it('sends the manifest as a secret file and keeps it out of the command', () => {
  const changes = step.changes({ fingerprint: undefined, hasBrokenOff: false, inputs: [], drifted: [] });
  expect(changes[0]?.act).toEqual({
    kind: 'upload',
    path: '/var/vcap/bosh/instances/nats_1/manifest.yml',
    content: NATS.manifest,
    mode: '0600',
  });
  expect(JSON.stringify(changes) + textsOf(changes).join()).not.toContain(CANARY);
  expect(textsOf(changes).map((text) => text.split('\n')[0])).toEqual([
    'ruby /var/vcap/bosh/nise_bosh/bin/nise-bosh -y -n 10.10.101.182 -i 1 --hold -d /var/vcap ' +
      '--instance nats_1 --inputs /var/vcap/bosh/instances/nats_1/inputs  ' +
      `/var/vcap/bosh/releases/${'d'.repeat(16)} /var/vcap/bosh/instances/nats_1/manifest.yml nats`,
  ]);
});

it('notes which packages of the release are in use, beside what others have noted', () => {
  const [note] = textsOf(step.changes({ fingerprint: undefined, hasBrokenOff: false, inputs: [], drifted: [] }));
  const release = join(root, `var/vcap/bosh/releases/${'d'.repeat(16)}`);
  mkdirSync(release, { recursive: true });
  mkdirSync(INSTANCE, { recursive: true });
  writeFileSync(join(release, 'used'), 'gnatsd/f-gnatsd\nruby/f-ruby\n');
  writeFileSync(join(INSTANCE, 'inputs'), 'job nats f\npackage common f-common\npackage gnatsd f-gnatsd\n');
  const text = note?.replace(/^ruby .*\n/, '') ?? '';
  expect(runChange({ text, secrets: {} }, { root }).exitCode).toBe(0);
  expect(readFileSync(join(release, 'used'), 'utf8')).toBe('common/f-common\ngnatsd/f-gnatsd\nruby/f-ruby\n');
});
