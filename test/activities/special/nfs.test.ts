import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nfsExport } from '../../../activities/special/nfs-export.ts';
import { nfsExported } from '../../../activities/special/nfs-exported.ts';
import { nfsMount } from '../../../activities/special/nfs-mount.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, nodeContext, reasonsFor, textsOf } from '../samples.ts';
import { run, runChange } from '../shell.ts';

const CLIENT = 'program=yes\nclient=yes\n';
const mounting = (nfsServer: string | undefined) =>
  nfsMount(nodeContext(), { settings: { ...NATS.settings, nfsServer } });

describe('the node of nfs_server', () => {
  const step = nfsExport(nodeContext());

  it.each([
    ['is ready', 'module=loaded\nowner=vcap\n', []],
    ['is fresh', 'module=loadable\n', ['the module nfsd is not loaded', '/var/vcap/store/shared is missing']],
    ['has a folder of root’s', 'module=loaded\nowner=root\n', ['/var/vcap/store/shared belongs to root']],
  ])('gets what its job takes for granted when it %s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it('is refused when its kernel cannot serve NFS', () => {
    expect(() => reasonsFor(step, 'owner=vcap\n')).toThrow(
      expect.objectContaining({ code: 'NodeUnfit', message: expect.stringContaining('no module nfsd') as string }),
    );
  });

  it('goes on exporting what people exported before the job takes /etc/exports over', () => {
    const root = temporaryFolder();
    const [exports, carried] = ['etc/exports', 'etc/exports.d/before-deployment-engine.exports'].map((each) =>
      join(root, each),
    ) as [string, string];
    mkdirSync(join(root, 'etc'));
    const settle = (): string[] => {
      const changes = step
        .changes({ ...step.check.parse(run(step.check.run, { root })), module: 'loaded' })
        .filter(({ reason }) => reason.includes('/etc/exports'));
      for (const { act } of changes)
        if (act.kind === 'command') expect(runChange(act.command, { root }).exitCode).toBe(0);
      return changes.map(({ reason }) => reason);
    };
    writeFileSync(exports, `# people\n${root}/var/vcap/store *(rw)\n/srv 10.0.0.0/8(ro)\n/home *(rw)`);
    expect(settle()).toEqual(['the job overwrites /etc/exports, which exports /srv, /home']);
    expect(settle()).toEqual([]);
    expect(readFileSync(carried, 'utf8')).toBe('/srv 10.0.0.0/8(ro)\n/home *(rw)\n');
    expect(readFileSync(`${exports}.before-deployment-engine`, 'utf8')).toContain('/home *(rw)');
    writeFileSync(exports, `${root}/var/vcap/store *(rw)\n/data *(ro)\n`);
    expect(settle()).toEqual(['the job overwrites /etc/exports, which exports /data']);
    expect(readFileSync(carried, 'utf8')).toBe('/srv 10.0.0.0/8(ro)\n/home *(rw)\n/data *(ro)\n');
  });

  it('must export its store once it runs', () => {
    const exported = nfsExported(nodeContext());
    expect(reasonsFor(exported, 'export=/srv\nexport=/var/vcap/store\n')).toEqual([]);
    expect(() => reasonsFor(exported, 'export=/srv\n')).toThrow(expect.objectContaining({ code: 'JobNotRunning' }));
  });
});

describe('the node of a cloud controller', () => {
  const step = mounting('10.0.0.7');

  it('is ready when kernel, program and server are', () => {
    expect(reasonsFor(step, `${CLIENT}export=/var/vcap/store\n`)).toEqual([]);
    expect(textsOf([{ reason: '', act: { kind: 'command', command: step.check.run } }])[0]).toContain('-e 10.0.0.7');
  });

  it.each([
    ['NodeUnfit', 'program=yes\nexport=/var/vcap/store\n', 'no NFS client'],
    ['ProgramMissing', 'client=yes\nexport=/var/vcap/store\n', 'lacks mount.nfs'],
    ['JobNotRunning', CLIENT, '10.0.0.7 does not export /var/vcap/store'],
  ])('is refused with %s for what is missing', (code, stdout, problem) => {
    expect(() => reasonsFor(step, stdout)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(problem) as string }),
    );
  });

  it('needs nothing in a cluster without nfs_server', () => {
    expect(reasonsFor(mounting(undefined), '')).toEqual([]);
  });
});
