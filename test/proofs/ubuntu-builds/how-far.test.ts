import { expect, it } from 'vitest';
import { howFar, inWords } from './how-far.ts';

const YAML = 'building yaml-0.1.4.tar.gz from source\nconfigured\ncompiled\n';
const RUBY = 'building ruby-1.9.3-p448.tar.gz from source\n';

it('has installed what the next part follows, and all where nothing failed', () => {
  expect(inWords(howFar(`${YAML}${RUBY}configured\ncompiled\nbuilding rubygems-1.8.17.tgz from source\n`, false))).toBe(
    'yaml-0.1.4.tar.gz installed; ruby-1.9.3-p448.tar.gz installed; rubygems-1.8.17.tgz installed',
  );
});

it('tells the stage that a part has reached, and what was said first', () => {
  const said = 'compiling ossl_ssl.c\nossl_ssl.c:116: error: TLSv1_1_method undeclared\nmake: *** [ext] Error 2\n';
  expect(inWords(howFar(`${YAML}${RUBY}configured\n${said}`, true))).toBe(
    'yaml-0.1.4.tar.gz installed; ruby-1.9.3-p448.tar.gz configured; ended there: ossl_ssl.c:116: error: TLSv1_1_method undeclared',
  );
  expect(howFar(`${RUBY}checking for gcc... no\n`, true)).toEqual({
    parts: [{ file: 'ruby-1.9.3-p448.tar.gz', reached: 'unpacked' }],
    stopped: 'checking for gcc... no',
  });
});

it('tells a program that is installed and does not run', () => {
  const said = 'configured\ncompiled\ninstalled\n/built/bin/ruby: cannot open shared object file\n';
  expect(inWords(howFar(`${RUBY}${said}`, true))).toBe(
    'ruby-1.9.3-p448.tar.gz installed; ended there: /built/bin/ruby: cannot open shared object file',
  );
});

it('tells what was said where nothing was begun', () => {
  expect(howFar('tar: no such file\n', true)).toEqual({ parts: [], stopped: 'tar: no such file' });
});
