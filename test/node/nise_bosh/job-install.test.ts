import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { niseBosh, TOOL, pathWithoutNamespaces, release, temporaryFolder, write } from './fixture-release.ts';
import { AS_WEB_0, manifest, node, PACKAGES, SERVER, SIDECAR } from './web-job.ts';

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const INPUTS = 'spec index 0\njob server f00d\nproperty port beef\n';

describe('installing a job', () => {
  it('puts packages, files, monit entry and marker in place', () => {
    const { install, at, read, verify } = node();
    const inputs = write(join(temporaryFolder(), 'inputs'), INPUTS);
    expect(install([SERVER], [...AS_WEB_0, '--inputs', inputs])).toMatchObject({ code: 0, stderr: '' });
    expect(read('jobs/server/config/server.yml')).toBe('port: 80\npassword: hunter2222\n');
    expect([mode(at('jobs/server/bin/server_ctl')), mode(at('jobs/server/config/server.yml'))]).toEqual(['755', '644']);
    expect(read('monit/job/web_0.server.monitrc')).toBe('check process server with pidfile /p0\n');
    expect(readlinkSync(at('packages/common'))).toBe(at('data/packages/common/c0'));
    expect(read('bosh/instances/web_0/installed')).toBe(
      `fingerprint ${createHash('sha256').update(INPUTS).digest('hex')}\n${INPUTS}`,
    );
    expect([existsSync(at('sys/run')), readlinkSync(at('sys'))]).toEqual([true, at('data/sys')]);
    expect(verify()).toBe(0);
    expect(read('bosh/instances/web_0/installed.sha256').trimEnd().split('\n')).toHaveLength(3);
  });

  it('lets sha256sum find a changed file, and repairs it', () => {
    const { install, at, verify } = node();
    install([SERVER], AS_WEB_0);
    writeFileSync(at('jobs/server/config/server.yml'), 'tampered');
    expect(verify()).toBe(1);
    install([SERVER], AS_WEB_0);
    expect(verify()).toBe(0);
  });

  it('gives files their modes whatever the umask', () => {
    const { root, at } = node();
    const folder = release({ packages: PACKAGES, jobs: [SERVER] });
    const words = [
      '-y',
      '-d',
      root,
      '--working-dir',
      join(temporaryFolder(), 'w'),
      folder,
      manifest(['server']),
      'web',
    ];
    execFileSync('sh', ['-c', 'umask 077; exec ruby "$@"', 'sh', TOOL, ...words]);
    const paths = ['jobs', 'jobs/server', 'jobs/server/bin', 'packages', 'data/packages/common'];
    expect(paths.map((path) => mode(at(path)))).toEqual(paths.map(() => '755'));
  });

  it('removes what an earlier version of the job or the instance had', () => {
    const { install, at, verify } = node();
    install([SERVER, SIDECAR], AS_WEB_0);
    const slim = { ...SERVER, declaration: 'templates: {ctl.erb: bin/server_ctl}\n' };
    expect(install([slim], AS_WEB_0).code).toBe(0);
    expect(existsSync(at('jobs/server/config'))).toBe(false);
    expect([readdirSync(at('jobs')), readdirSync(at('data/jobs'))]).toEqual([['server'], ['server']]);
    expect(readdirSync(at('data/jobs/server'))).toHaveLength(1);
    expect(readdirSync(at('monit/job'))).toEqual(['web_0.server.monitrc']);
    expect(verify()).toBe(0);
  });

  it('keeps a job that another instance on the node has too', () => {
    const { install, at } = node();
    install([SERVER, SIDECAR], AS_WEB_0);
    install([SIDECAR], ['--instance', 'other_3']);
    install([SERVER], AS_WEB_0);
    expect(readdirSync(at('jobs')).toSorted()).toEqual(['server', 'sidecar']);
    expect(readdirSync(at('monit/job')).toSorted()).toEqual(['other_3.sidecar.monitrc', 'web_0.server.monitrc']);
  });

  it('takes over the monit entry of a job that moves to it from another instance', () => {
    const { install, at } = node();
    install([SERVER, SIDECAR], AS_WEB_0);
    install([SIDECAR], ['--instance', 'other_3']);
    expect(readdirSync(at('monit/job')).toSorted()).toEqual(['other_3.sidecar.monitrc', 'web_0.server.monitrc']);
  });

  it("removes other jobs' monit entries only when neither an instance nor --keep-monit-files is given", () => {
    const { install, at } = node();
    mkdirSync(at('monit/job'), { recursive: true });
    write(at('monit/job/old_0.x.monitrc'), '');
    install([SERVER], ['--keep-monit-files']);
    expect(readdirSync(at('monit/job'))).toContain('old_0.x.monitrc');
    install([SERVER]);
    expect(readdirSync(at('monit/job'))).toEqual(['web_0.server.monitrc']);
  });

  it('installs an idle job without its monit entry', () => {
    const { install, at } = node();
    expect(install([SERVER, SIDECAR], [...AS_WEB_0, '--idle', 'sidecar']).code).toBe(0);
    expect(readdirSync(at('jobs')).toSorted()).toEqual(['server', 'sidecar']);
    expect(readdirSync(at('monit/job'))).toEqual(['web_0.server.monitrc']);
  });

  it('names packages and jobs in the marker when nobody says what the files are made from', () => {
    const { install, read } = node();
    install([SERVER], AS_WEB_0);
    expect(read('bosh/instances/web_0/installed')).toMatch(
      /^fingerprint [0-9a-f]{64}\npackage common c0\npackage engine e0\njob server [0-9a-f]{64}\n$/,
    );
  });

  it('replaces the folder that another tool made', () => {
    const { install, at, read } = node();
    write(at('jobs/server/stale'), '');
    install([SERVER], AS_WEB_0);
    expect(existsSync(at('jobs/server/stale'))).toBe(false);
    expect(read('jobs/server/config/server.yml')).toContain('port');
  });

  it('switches package links to the new version', () => {
    const { install, installWith, at } = node();
    install([SERVER], AS_WEB_0);
    const newer = PACKAGES.map((one) => ({ ...one, fingerprint: `${one.fingerprint}9` }));
    const folder = release({ packages: newer, jobs: [SERVER] });
    expect(installWith(folder, manifest(['server']), AS_WEB_0)).toMatchObject({ code: 0 });
    expect(readlinkSync(at('packages/common'))).toBe(at('data/packages/common/c09'));
    expect(existsSync(at('data/packages/common/c0.done'))).toBe(true);
  });

  it('does not count as installed when it ends half-way', () => {
    const { install, installWith, at } = node();
    install([SERVER], AS_WEB_0);
    write(at('blocked'), '');
    execFileSync('sh', ['-c', 'rm -r monit/job && ln -s ../blocked monit/job'], { cwd: at() });
    expect(installWith(release({ packages: PACKAGES, jobs: [SERVER] }), manifest(['server']), AS_WEB_0).code).toBe(1);
    expect(readdirSync(at('bosh/instances/web_0')).toSorted()).toEqual(['installed.previous', 'installed.sha256']);
  });

  it('compiles nothing and links nothing with -t', () => {
    const { install, root } = node();
    expect(install([SERVER], ['-t']).code).toBe(0);
    expect([existsSync(join(root, 'jobs/server')), readdirSync(join(root, 'packages'))]).toEqual([true, []]);
  });

  it('only writes the rendering with --out', () => {
    const { install, root } = node();
    const out = temporaryFolder();
    expect(install([SERVER], ['-t', '--out', out]).code).toBe(0);
    expect(readdirSync(join(out, 'jobs/server')).toSorted()).toEqual(['bin', 'config']);
    expect(mode(join(out, 'jobs/server/config/server.yml'))).toBe('600');
    expect(existsSync(join(out, 'monit/server.monitrc'))).toBe(true);
    expect(readdirSync(root)).toEqual([]);
  });

  it('takes index, address and more of spec from the command line', () => {
    const { install, read } = node();
    const curious = {
      ...SIDECAR,
      templates: { 'a.erb': '<%= [index, spec.index, spec.networks.default.ip, spec.az] %>' },
    };
    const overlay = write(join(temporaryFolder(), 'spec.json'), '{"az": "z1"}');
    install([curious], ['-i', '4', '-n', '10.9.9.9', '--spec', overlay]);
    expect(read('jobs/sidecar/a')).toBe('[4, 4, "10.9.9.9", "z1"]');
    expect(read('bosh/instances/web_4/installed')).toMatch(/^job sidecar /m);
  });

  it('refuses without namespaces only what it cannot compile', () => {
    const { root, at } = node();
    const folder = release({ packages: PACKAGES, jobs: [SERVER] });
    const words = [
      '-y',
      '-d',
      root,
      '--working-dir',
      join(temporaryFolder(), 'w'),
      folder,
      manifest(['server']),
      'web',
    ];
    const path = pathWithoutNamespaces();
    expect([niseBosh(words, { path }).code, niseBosh(words, { path }).code]).toEqual([0, 0]);
    expect(readlinkSync(at('packages/engine'))).toBe(at('data/packages/engine/e0'));
  });
});
