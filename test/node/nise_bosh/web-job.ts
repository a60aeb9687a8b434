import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FixtureJob, niseBosh, release, temporaryFolder, write } from './fixture-release.ts';

export const PACKAGES = [
  { name: 'common', fingerprint: 'c0', packaging: 'echo common > $BOSH_INSTALL_TARGET/text' },
  { name: 'engine', fingerprint: 'e0', dependencies: ['common'], packaging: 'true' },
];
export const SERVER: FixtureJob = {
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
export const SIDECAR: FixtureJob = {
  name: 'sidecar',
  declaration: 'templates: {a.erb: a}\nproperties: {side.note: {default: x}}\n',
  monit: 'check process sidecar with pidfile /s\n',
  templates: { 'a.erb': '<%= name %>' },
};

export const manifest = (jobs: string[], properties: object = { server: { password: 'hunter2222' } }) =>
  write(
    join(temporaryFolder(), 'manifest.yml'),
    JSON.stringify({
      name: 'm',
      jobs: [{ name: 'web', template: jobs, networks: [{ name: 'default', static_ips: ['10.0.0.7'] }] }],
      properties,
    }),
  );

export function node() {
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
export const AS_WEB_0 = ['--instance', 'web_0'];
