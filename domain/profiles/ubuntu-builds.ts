import type { SourceBuild } from './source-build.ts';

// What cf-release's own nodes had; both Ubuntu profiles build the same.

const RUBY_1_9_3: SourceBuild = {
  name: 'ruby',
  version: '1.9.3-p448',
  parts: [
    {
      source: {
        file: 'yaml-0.1.4.tar.gz',
        sha256: '7bf81554ae5ab2d9b6977da398ea789722e0db75b86bffdaeb4e66d961de6a37',
        from: { url: 'https://pyyaml.org/download/libyaml/yaml-0.1.4.tar.gz' },
      },
      how: 'configure',
      // Becomes part of ruby's extension, which then needs no search path on the nodes.
      flags: ['--disable-shared', '--with-pic'],
    },
    {
      source: {
        file: 'ruby-1.9.3-p448.tar.gz',
        sha256: '2f35e186543a03bec5e603296d6d8828b94ca58bab049b67b1ceb61d381bc8a7',
        from: { url: 'https://cache.ruby-lang.org/pub/ruby/1.9/ruby-1.9.3-p448.tar.gz' },
      },
      how: 'configure',
      flags: [
        '--enable-shared',
        '--disable-install-doc',
        '--with-opt-dir=PREFIX',
        '--with-openssl-dir=/usr',
        '--with-readline-dir=/usr',
        '--with-zlib-dir=/usr',
      ],
    },
    {
      source: {
        file: 'rubygems-1.8.17.tgz',
        sha256: undefined,
        from: { url: 'https://github.com/rubygems/rubygems/releases/tag/v1.8.17' },
      },
      how: 'setup.rb',
      flags: ['--no-rdoc', '--no-ri'],
    },
  ],
  programs: ['ruby', 'gem', 'erb', 'rake', 'irb'],
  proof: ['ruby', '-ropenssl', '-ryaml', '-rzlib', '-rsocket', '-rerb', '-rjson', '-e', 'puts RUBY_DESCRIPTION'],
};

const MONIT_5_2_4: SourceBuild = {
  name: 'monit',
  version: '5.2.4',
  parts: [
    {
      source: {
        file: 'monit-5.2.4.tar.gz',
        sha256: 'feabdd2c0e3263eadaf5359841b92a9e6d4824819b1df7b2b49d9727a849b4cf',
        from: { url: 'https://mmonit.com/monit/dist/monit-5.2.4.tar.gz' },
      },
      how: 'configure',
      flags: ['--without-ssl'],
    },
  ],
  programs: ['monit'],
  proof: ['monit', '-V'],
};

export const UBUNTU_BUILDS: readonly SourceBuild[] = [RUBY_1_9_3, MONIT_5_2_4];
