import type { NodeProfile } from './profile.ts';

/** Debian 12: ruby's tarball brings libyaml, rubygems and bundler of its own; monit comes from Debian. */
export const debian12: NodeProfile = {
  name: 'debian-12',
  system: 'debian-12',
  archive: { distribution: 'debian', suite: 'bookworm', updates: ['bookworm-updates'], components: ['main'] },
  runtimePackages: [
    'ca-certificates',
    'cron',
    'curl',
    'iptables',
    'libcap2-bin',
    'libffi8',
    'libgmp10',
    'libreadline8',
    'libssl3',
    'libxml2',
    'libxslt1.1',
    'libyaml-0-2',
    'logrotate',
    'lsof',
    'monit',
    'psmisc',
    'rsync',
    'runit',
    'sudo',
    'unzip',
    'xz-utils',
    'zip',
    'zlib1g',
    'zstd',
  ],
  toolchainPackages: [
    'bison',
    'build-essential',
    'libffi-dev',
    'libgmp-dev',
    'libreadline-dev',
    'libssl-dev',
    'libxml2-dev',
    'libxslt1-dev',
    'libyaml-dev',
    'zlib1g-dev',
  ],
  dpkgForces: ['unsafe-io', 'confold'],
  builds: [
    {
      name: 'ruby',
      version: '3.1.2',
      parts: [
        {
          source: {
            file: 'ruby3.1_3.1.2.orig.tar.xz',
            sha256: '350013ef6640f15c42eae48d25c035999dcbb32e4be038d27ad891cb48d685a5',
            from: { sourcePackage: 'ruby3.1' },
          },
          how: 'configure',
          flags: [
            '--disable-install-doc',
            // A ruby that the node has already would be used to fetch gems from the internet.
            '--with-baseruby=/nonexistent/ruby',
            'optflags=-O1',
            'debugflags=-g0',
            '--without-gmp',
            '--with-out-ext=win32ole,fiddle,dbm,gdbm,syslog,pty,objspace,ripper,nkf,racc',
          ],
        },
      ],
      programs: ['ruby', 'gem', 'bundle', 'bundler', 'erb', 'rake', 'irb'],
      proof: ['ruby', '-ropenssl', '-ryaml', '-rzlib', '-rsocket', '-rerb', '-rjson', '-e', 'puts RUBY_DESCRIPTION'],
    },
  ],
};
