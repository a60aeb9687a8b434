import { expect, it } from 'vitest';
import { causeOf } from '../../../../activities/attempt/commands/failure-cause.ts';

it.each([
  [
    'apt that finds none of many packages',
    `${['bison', 'curl', 'monit'].map((name) => `Package ${name} is not available, but is referred to by another package.\nThis may mean that the package is missing\n`).join('\n')}
E: Package 'bison' has no installation candidate
E: Unable to locate package monit
`,
    'E: Unable to locate package monit',
  ],
  [
    'apt whose dpkg failed',
    `Setting up odd (2) ...
dpkg: error processing package odd (--configure):
 installed odd package post-installation script subprocess returned error exit status 1
Errors were encountered while processing:
 odd
E: Sub-process /usr/bin/dpkg returned an error code (1)
`,
    'dpkg: error processing package odd (--configure): installed odd package post-installation script subprocess returned error exit status 1',
  ],
  [
    'curl behind its progress',
    '\r  0  100\rcurl: (7) Failed to connect to 10.0.0.1 port 50001: Connection refused\n',
    'curl: (7) Failed to connect to 10.0.0.1 port 50001: Connection refused',
  ],
  [
    'a compiler and its make',
    `gcc -c a.c
a.c:1:10: fatal error: openssl/ssl.h: No such file or directory
    1 | #include <openssl/ssl.h>
compilation terminated.
make[1]: *** [Makefile:3: a.o] Error 1
make: *** [Makefile:2: all] Error 2
`,
    'a.c:1:10: fatal error: openssl/ssl.h: No such file or directory',
  ],
  ['a make alone', 'cannot find -lfoo\nmake: *** [all] Error 1\n', 'cannot find -lfoo'],
  [
    'ruby with a trace',
    "/x/job.rb:12:in `render': undefined method `each' for nil:NilClass (NoMethodError)\n\tfrom /x/cli.rb:3:in `run'\n",
    "/x/job.rb:12:in `render': undefined method `each' for nil:NilClass (NoMethodError)",
  ],
  ['a script that says it last', 'step 1\nstep 2\n\n  the disk is gone  \nthe disk is gone\n\n', 'the disk is gone'],
  [
    'a list under its headline',
    'Job nats: started\n2 template error(s), nothing was installed:\n  nats.conf.erb line 3: no x\n  nats_ctl.erb line 9: no y\n',
    '2 template error(s), nothing was installed: nats.conf.erb line 3: no x nats_ctl.erb line 9: no y',
  ],
  ['words that are all indented', '  only this\n', 'only this'],
])('finds the cause in the words of %s', (_case, output, cause) => {
  expect(causeOf(output)).toBe(cause);
});

it('is undefined where nothing was said', () => {
  expect(causeOf(' \n\n')).toBeUndefined();
});

it('fits a message, however long the line is', () => {
  expect(causeOf(`E: ${'long '.repeat(1000)}`)?.length).toBe(300);
});
