import { chmodSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { nfsExport } from '../../../activities/special/nfs-export.ts';
import { nfsMount } from '../../../activities/special/nfs-mount.ts';
import { nfsServes } from '../../../activities/special/nfs-serves.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { NATS, nodeContext, reasonsFor, textsOf } from '../samples.ts';
import { run, runChange } from '../shell.ts';

const CLIENT = 'program=yes\nclient=yes\n';
const mounting = (nfsServer: string | undefined) =>
  nfsMount(nodeContext(), { settings: { ...NATS.settings, nfsServer } });

/** A node whose `/etc` is a folder, with its exports. */
function exportingNode() {
  const step = nfsExport(nodeContext());
  const root = temporaryFolder();
  mkdirSync(join(root, 'etc'));
  const exports = join(root, 'etc/exports');
  const carried = join(root, 'etc/exports.d/before-deployment-engine.exports');
  /** Carries the people's lines over, and says why. */
  const settle = (): string[] => {
    const changes = step
      .changes({ ...step.check.parse(run(step.check.run, { root })), module: 'loaded' })
      .filter(({ reason }) => inEnglish(reason).includes('/etc/exports'));
    for (const { act } of changes)
      if (act.kind === 'command') expect(runChange(act.command, { root })).toEqual({ exitCode: 0, stdout: '' });
    return changes.map(({ reason }) => inEnglish(reason));
  };
  return {
    root,
    exports,
    settle,
    write: (text: string) => writeFileSync(exports, text),
    tear: (text: string) => writeFileSync(carried, text),
    carried: () => readFileSync(carried, 'utf8'),
  };
}

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
    const node = exportingNode();
    node.write(`# people\n${node.root}/var/vcap/store *(rw)\n/srv 10.0.0.0/8(ro)\n/home *(rw)`);
    expect(node.settle()).toEqual(['the job overwrites /etc/exports, which exports /srv, /home']);
    expect(node.settle()).toEqual([]);
    expect(node.carried()).toBe('/srv 10.0.0.0/8(ro)\n/home *(rw)\n');
    expect(readFileSync(`${node.exports}.before-deployment-engine`, 'utf8')).toContain('/home *(rw)');
    node.write(`${node.root}/var/vcap/store *(rw)\n/data *(ro)\n`);
    expect(node.settle()).toEqual(['the job overwrites /etc/exports, which exports /data']);
    expect(node.carried()).toBe('/srv 10.0.0.0/8(ro)\n/home *(rw)\n/data *(ro)\n');
  });

  it.each<[string, string, ((path: string) => void)?]>([
    ['with CRLF', '/srv 10.0.0.0/8(ro)\r\n/home *(rw)\r\n'],
    ['without a last newline', '/srv 10.0.0.0/8(ro)\n/home *(rw)'],
    ['with entries of several lines', '/srv 10.0.0.0/8(ro)\\\n\\\n\n/home \\\r\n*(rw)\n'],
    ['with blanks around', ' /srv 10.0.0.0/8(ro) \n\t/home *(rw)\t \n'],
    ['that nobody may write', '/srv 10.0.0.0/8(ro)\n/home *(rw)\n', (path) => chmodSync(path, 0o444)],
    [
      'that is a link',
      '/srv 10.0.0.0/8(ro)\n/home *(rw)\n',
      (path) => {
        renameSync(path, `${path}.site`);
        symlinkSync('exports.site', path);
      },
    ],
  ])('carries over an /etc/exports %s', (_state, content, make) => {
    const node = exportingNode();
    node.write(content);
    make?.(node.exports);
    expect(node.settle()).toHaveLength(1);
    expect(node.settle()).toEqual([]);
    expect(node.carried()).toBe('/srv 10.0.0.0/8(ro)\n/home *(rw)\n');
    expect(readFileSync(`${node.exports}.before-deployment-engine`, 'utf8')).toBe(content);
    expect(readFileSync(node.exports, 'utf8')).toBe(content);
  });

  it.each([
    ['empty', ''],
    ['of comments alone', '# nothing yet\r\n\n'],
  ])('leaves an /etc/exports %s alone', (_state, content) => {
    const node = exportingNode();
    node.write(content);
    expect(node.settle()).toEqual([]);
  });

  it('starts anew where the carried lines were cut off', () => {
    const node = exportingNode();
    node.write('/srv 10.0.0.0/8(ro)\n/home *(rw)\n');
    node.settle();
    node.tear('/srv 10.0.0.0/8(ro)\n/ho');
    node.settle();
    expect(node.carried()).toBe('/srv 10.0.0.0/8(ro)\n/home *(rw)\n');
    expect(node.settle()).toEqual([]);
  });

  it('keeps what people have added to the carried lines', () => {
    const node = exportingNode();
    node.write('/srv 10.0.0.0/8(ro)\n');
    node.settle();
    node.tear('/srv 10.0.0.0/8(ro)\n/by/hand *(ro)');
    node.write('/srv 10.0.0.0/8(ro)\n/home *(rw)\n');
    node.settle();
    expect(node.carried()).toBe('/srv 10.0.0.0/8(ro)\n/by/hand *(ro)\n/home *(rw)\n');
  });

  it('must export its store once it runs', () => {
    const exported = nfsServes(nodeContext());
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
