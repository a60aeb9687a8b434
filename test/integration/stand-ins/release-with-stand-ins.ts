import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ReleaseVersion } from '../../../domain/versions/version.ts';
import { releaseFile } from '../../release/cf-release.ts';
import { digest, tarball } from '../../release/release-tarball.ts';

const standIn = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');
const PROGRAM = standIn('program.rb');
const FORWARDER = standIn('setup_syslog_forwarder.sh');
const RUBY = { 'bin/ruby': '#!/bin/sh\nexec /usr/local/bin/ruby "$@"\n', 'bin/bundle': PROGRAM };
const TOMCAT = {
  'tomcat/bin/catalina.sh': PROGRAM,
  'tomcat/conf/empty': '',
  'vcap-common/empty': '',
};

type Files = Readonly<Record<string, string>>;

/** What the control scripts call, below `/var/vcap/packages`. */
const PACKAGES: Readonly<Record<string, Files>> = {
  common: { 'utils.sh': standIn('utils.sh') },
  syslog_aggregator: { 'setup_syslog_forwarder.sh': FORWARDER, send_error_mail: '#!/bin/sh\n' },
  ruby: RUBY,
  'ruby-2.1.4': RUBY,
  metron_agent: { metron: PROGRAM, 'syslog_daemon_config/setup_syslog_forwarder.sh': FORWARDER },
  gnatsd: { 'bin/gnatsd': PROGRAM },
  nats: { 'nats/Gemfile': '' },
  nginx: { 'sbin/nginx': PROGRAM },
  cloud_controller_ng: { 'cloud_controller_ng/bin/cloud_controller': PROGRAM, 'cloud_controller_ng/Gemfile': '' },
  uaa: TOMCAT,
};

interface Index {
  readonly packages: { name: string; sha1: string; fingerprint: string }[];
}

/** A release with the real jobs of a version and the real names of its packages; answers the tarball's path. */
export async function releaseWithStandIns(version: ReleaseVersion, folder: string): Promise<string> {
  const work = join(folder, version.release.version);
  mkdirSync(join(work, 'packages'), { recursive: true });
  execFileSync('tar', ['-xzf', releaseFile(version), '-C', work]);
  const index = parse(readFileSync(join(work, 'release.MF'), 'utf8')) as Index;
  for (const one of index.packages) {
    const archive = await packageOf(PACKAGES[one.name] ?? {});
    one.sha1 = digest('sha1', archive);
    one.fingerprint = one.sha1;
    writeFileSync(join(work, 'packages', `${one.name}.tgz`), archive);
  }
  writeFileSync(join(work, 'release.MF'), stringify(index));
  execFileSync('tar', ['-czf', `${work}.tgz`, '-C', work, ...readdirSync(work)]);
  return `${work}.tgz`;
}

const packageOf = (files: Files) =>
  tarball({
    packaging: 'set -e\nmkdir -p content\nchmod -R +x content\ncp -R content/. "$BOSH_INSTALL_TARGET"\n',
    ...Object.fromEntries(Object.entries(files).map(([path, text]) => [`content/${path}`, text])),
  });
