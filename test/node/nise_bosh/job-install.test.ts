import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  type FixtureJob,
  niseBosh,
  TOOL,
  pathWithoutNamespaces,
  release,
  temporaryFolder,
  write,
} from './fixture-release.ts';

const PACKAGES = [
  { name: 'common', fingerprint: 'c0', packaging: 'echo common > $BOSH_INSTALL_TARGET/text' },
  { name: 'engine', fingerprint: 'e0', dependencies: ['common'], packaging: 'true' },
];
const SERVER: FixtureJob = {
  name: 'server',
  declaration: `packages: [engine]
templates: {ctl.erb: bin/server_ctl, server.yml.erb: config/server.yml}
properties:
  server.port: {default: 80}
  server.password: {}
`,
  monit: 'check process server with pidfile /p<%= index %>\n',
  templates: {
    'ctl.erb': '#!/bin/bash\n',
    'server.yml.erb': 'port: <%= p("server.port") %>\npassword: <%= p("server.password") %>\n',
  },
};
const SIDECAR: FixtureJob = {
  name: 'sidecar',
  declaration: 'templates: {a.erb: a}\nproperties: {side.note: {default: x}}\n',
  monit: 'check process sidecar with pidfile /s\n',
  templates: { 'a.erb': '<%= name %>' },
};

const manifest = (jobs: string[], properties: object = { server: { password: 'hunter2222' } }) =>
  write(
    join(temporaryFolder(), 'manifest.yml'),
    JSON.stringify({
      name: 'm',
      jobs: [{ name: 'web', template: jobs, networks: [{ name: 'default', static_ips: ['10.0.0.7'] }] }],
      properties,
    }),
  );

function node() {
  const root = temporaryFolder();
  const at = (...path: string[]) => join(root, ...path);
  const places = ['-y', '-d', root, '--working-dir', join(temporaryFolder(), 'work')];
  return {
    root,
    at,
    read: (...path: string[]) => readFileSync(at(...path), 'utf8'),
    install: (jobs: FixtureJob[], words: string[] = [], names = jobs.map(({ name }) => name)) =>
      niseBosh([...places, ...words, release({ packages: PACKAGES, jobs }), manifest(names), 'web']),
    installWith: (folder: string, file: string, words: string[] = []) =>
      niseBosh([...places, ...words, folder, file, 'web']),
    verify: () => spawnSync('sha256sum', ['--quiet', '-c', at('bosh/instances/web_0/installed.sha256')]).status,
  };
}

const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
const INPUTS = 'spec index 0\njob server f00d\nproperty port beef\n';
const AS_WEB_0 = ['--instance', 'web_0'];

describe('installing a job', { timeout: 30_000 }, () => {
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

  describe('holding monit entries back', () => {
    const HELD = [...AS_WEB_0, '--hold'];
    const held = (instance: string) => `bosh/instances/${instance}/monit`;

    it('keeps them, as rendered, where monit does not look, and counts them as files of the instance', () => {
      const { install, at, read, verify } = node();
      expect(install([SERVER, SIDECAR], HELD).code).toBe(0);
      expect(readdirSync(at('monit/job'))).toEqual([]);
      expect(read(held('web_0'), 'server.monitrc')).toBe('check process server with pidfile /p0\n');
      write(at(held('web_0'), 'sidecar.monitrc'), 'tampered');
      expect(verify()).toBe(1);
    });

    it('leaves those in force to whoever starts the instance', () => {
      const { install, at, read } = node();
      write(at('monit/job/web_0.server.monitrc'), 'in force');
      install([SERVER], HELD);
      expect(read('monit/job/web_0.server.monitrc')).toBe('in force');
      install([SIDECAR], HELD);
      expect(readdirSync(at(held('web_0')))).toEqual(['sidecar.monitrc']);
    });

    it('takes over the entry of a job that moves to it from another instance, held or in force', () => {
      const { install, at } = node();
      install([SERVER, SIDECAR], HELD);
      write(at('monit/job/web_0.sidecar.monitrc'), '');
      install([SIDECAR], ['--instance', 'other_3', '--hold']);
      expect(readdirSync(at(held('web_0')))).toEqual(['server.monitrc']);
      expect(readdirSync(at('monit/job'))).toEqual([]);
    });

    it('ends when the instance is installed without', () => {
      const { install, at } = node();
      install([SERVER], HELD);
      install([SERVER], AS_WEB_0);
      expect(readdirSync(at(held('web_0')))).toEqual([]);
      expect(readdirSync(at('monit/job'))).toEqual(['web_0.server.monitrc']);
    });
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

describe('templates that cannot be rendered', { timeout: 30_000 }, () => {
  const broken: FixtureJob = {
    name: 'broken',
    declaration: 'templates: {one.erb: one, two.erb: two, gone.erb: gone}\nproperties: {a.b: {}, c: {}, key: {}}\n',
    templates: {
      'one.erb': '\n<%= p("a.b") %>\n<%= p("c") %>\n',
      'two.erb': '\n<%= p("key").undefined_thing %>\n',
    },
  };
  const file = () => manifest(['server', 'broken'], { key: 'hunter2222', server: {} });

  it('are all named at once, with line and property, and nothing is installed', () => {
    const { installWith, root } = node();
    const folder = release({ packages: PACKAGES, jobs: [SERVER, broken] });
    const { code, stderr, stdout } = installWith(folder, file());
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n').slice(1)).toEqual([
      '  server: server.yml.erb line 2: property server.password is not set',
      '  broken: one.erb line 2: property a.b is not set',
      '  broken: one.erb line 3: property c is not set',
      '  broken: two.erb line 2: undefined method undefined_thing',
      '  broken: gone.erb: is missing in the job archive',
    ]);
    expect(readdirSync(root)).toEqual([]);
    expect(stdout + stderr).not.toContain('hunter2222');
  });

  it('are events too', () => {
    const { installWith } = node();
    const { stdout } = installWith(release({ jobs: [broken] }), manifest(['broken'], { key: 'k' }), ['--events']);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toEqual({
      event: 'template',
      job: 'broken',
      template: 'one.erb',
      line: 2,
      property: 'a.b',
      message: 'property a.b is not set',
    });
  });

  it('never show a value of the manifest, whatever ruby says', () => {
    const { installWith } = node();
    const secret = 'Correct-Horse-Battery-Staple-'.repeat(4);
    const sources = [
      '<%= Integer(p("key")) %>',
      '<%= raise "bad " + p("key") %>',
      '<%= raise p("key")[5, 12] %>',
      '<%= raise p("key").inspect %>',
      '<%= properties.send("x" => p("key")) %>',
      '<%= JSON.parse(p("key")) %>',
      '<%= {}.fetch(p("key")) %>',
      '<%= raise properties.inspect %>',
      '<%= send(p("key")) %>',
      '<%= p("key").foo %>',
      '<%= exit 0 %>',
    ];
    const templates = Object.fromEntries(sources.map((source, position) => [`t${position}`, source]));
    const targets = sources.map((_source, position) => `t${position}: t${position}`).join(', ');
    const leaky = { name: 'leaky', declaration: `templates: {${targets}}\nproperties: {key: {}}\n`, templates };
    const { code, stdout, stderr } = installWith(release({ jobs: [leaky] }), manifest(['leaky'], { key: secret }));
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1 + sources.length);
    for (let start = 0; start + 8 <= secret.length; start++)
      expect(stdout + stderr).not.toContain(secret.slice(start, start + 8));
  });

  it('cannot leave the folder of their job', () => {
    const { installWith, root } = node();
    const escaping = { name: 'escaping', declaration: 'templates: {a: ../../evil}\n', templates: { a: '' } };
    expect(installWith(release({ jobs: [escaping] }), manifest(['escaping'])).stderr).toContain(
      "escaping: job.MF line 2: has a template target outside the job's folder",
    );
    expect(readdirSync(root)).toEqual([]);
  });
});
