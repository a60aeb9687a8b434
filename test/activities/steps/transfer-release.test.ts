import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { transferRelease } from '../../../activities/steps/transfer-release.ts';
import { NISE_BOSH_FOLDER, releaseFolder } from '../../../cluster/node-context.ts';
import { readNiseBosh } from '../../../worker/shipped-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { blob, NATS_JOB, nodeContext } from '../samples.ts';
import { run, runChange } from '../shell.ts';

const CONTENT = 'an archive';
const archive = { sha256: createHash('sha256').update(CONTENT).digest('hex'), size: CONTENT.length };
const context = nodeContext({
  niseBosh: readNiseBosh(),
  jobs: [
    { ...NATS_JOB, archive },
    { ...NATS_JOB, name: 'metron_agent', archive: blob('e') },
  ],
});
const step = transferRelease(context);
const FOLDER = releaseFolder(context.release);

const root = temporaryFolder();
const facts = () =>
  step.check.parse({ exitCode: 0, stdout: run(step.check.run, { root }).stdout.replaceAll(root, '') });
const changes = () => step.changes(facts());
const put = (path: string, content: string | Uint8Array): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
};

describe('a node gets its part of the release', () => {
  it('all of it when it has nothing', () => {
    expect(reasonsOf(changes())).toEqual([
      'nise-bosh is not there',
      `${FOLDER}/release.MF is missing`,
      'job nats is not there',
      'job metron_agent is not there',
    ]);
  });

  it('nise-bosh as it was shipped, whatever lay there', () => {
    put(`${NISE_BOSH_FOLDER}/lib/old.rb`, 'old');
    expect(reasonsOf(changes())).toContain('nise-bosh is another version');
    for (const { act } of changes().slice(0, 2)) {
      if (act.kind === 'upload') put(act.path, act.content as Uint8Array);
      if (act.kind === 'command') expect(runChange(act.command, { root }).exitCode).toBe(0);
    }
    expect(facts().niseBosh).toBe(context.niseBosh.digest);
  });

  it('only the jobs it lacks, by content', () => {
    put(`${FOLDER}/release.MF`, context.releaseManifest);
    put(`${FOLDER}/jobs/nats.tgz`, CONTENT);
    put(`${FOLDER}/jobs/metron_agent.tgz`, 'cut off');
    put(`${FOLDER}/jobs/of_another_node.tgz`, 'left alone');
    expect(changes()).toEqual([
      {
        reason: 'job metron_agent is not there',
        act: { kind: 'fetchBlob', ...blob('e'), path: `${FOLDER}/jobs/metron_agent.tgz` },
      },
    ]);
  });

  it('nothing when all is there', () => {
    expect(reasonsOf(transferRelease({ ...context, jobs: [{ ...NATS_JOB, archive }] }).changes(facts()))).toEqual([]);
  });

  it('knows the files of nise-bosh by the digest that the control machine makes', () => {
    const copy = temporaryFolder();
    cpSync(fileURLToPath(new URL('../../../node/nise_bosh', import.meta.url)), join(copy, NISE_BOSH_FOLDER), {
      recursive: true,
    });
    const { stdout } = run(step.check.run, { root: copy });
    expect(step.check.parse({ exitCode: 0, stdout }).niseBosh).toBe(context.niseBosh.digest);
  });
});
