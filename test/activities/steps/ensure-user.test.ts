import { describe, expect, it } from 'vitest';
import type { ComponentName } from '../../../domain/components.ts';
import { reasonsFor, textsOf } from '../samples.ts';
import { ALL_GROUPS, node, stepFor, TODAY } from './user-step.ts';

const account = (name: string, { uid = 5100, gid = 5100, home = `/home/${name}`, shell = '/bin/bash' } = {}) =>
  [`account=${name}:${uid}:${gid}::${home}:${shell}`, `home=${name}`, `runs=${name}`].join('\n');

const VCAP = account('vcap');
const OPS = account('ops', { uid: 1000, gid: 1000 });
const NUMBERS = 'uid-holder=vcap\ngid-holder=vcap\ngroup-id=5100';
const without = (text: string, line: RegExp): string => text.replace(line, '');
const never = (name: string): string => `ageing=${name}:19000:99999:`;

const GOOD = node(VCAP, NUMBERS, never('vcap'), never('root'));
const NEW = `groups=\ntoday=${TODAY}`;

describe('with adduser 1', () => {
  it.each<[string, object, string, string[]]>([
    ['nothing on a node that has the account', {}, GOOD, []],
    ['a sudo that wants a terminal', {}, `${GOOD}\nsudo=requiretty`, ['sudo asks vcap for a terminal (requiretty)']],
    ["a sudo that wants root's password", {}, `${GOOD}\nsudo=rootpw`, ["sudo asks vcap for root's password (rootpw)"]],
    ['a sudo without a rule for its group', {}, `${GOOD}\nsudo=allows nothing`, ['sudo lets vcap do nothing']],
    [
      'first the group that sudo may have a rule for',
      {},
      `${GOOD.replace(' sudo ', ' ')}\nsudo=allows nothing`,
      ['vcap is not in sudo'],
    ],
    ['nothing where vcap has a uid of its own', {}, GOOD.replaceAll('5100', '1001'), []],
    [
      'everything on a new node',
      {},
      NEW,
      [
        'no account vcap',
        'vcap is not in adm, admin, audio, cdrom, dialout, dip, floppy, plugdev, sudo, video',
        'the password of vcap differs',
        'vcap does not accept our key',
      ],
    ],
    ['only the groups that lack', {}, GOOD.replace(' adm ', ' ').replace(' video', ''), ['vcap is not in adm, video']],
    ['the password alone', {}, without(GOOD, /^password=.*$/m), ['the password of vcap differs']],
    ['the key alone', {}, without(GOOD, /^key=.*$/m), ['vcap does not accept our key']],
    ['another user beside vcap', { user: 'ops' }, GOOD, ['no account ops']],
    ['vcap beside another user', { user: 'ops' }, node(OPS), ['no account vcap']],
    [
      'a shell that runs no commands',
      {},
      without(GOOD, /^runs=.*$/m).replace('/bin/bash', '/usr/sbin/nologin'),
      ['the shell of vcap is /usr/sbin/nologin, which runs no commands'],
    ],
    [
      'the shells of both',
      { user: 'ops' },
      without(node(VCAP, OPS), /^runs=.*$/gm),
      [
        'the shell of vcap is /bin/bash, which runs no commands',
        'the shell of ops is /bin/bash, which runs no commands',
      ],
    ],
    ['a home that is missing', {}, without(GOOD, /^home=.*$/m), ['/home/vcap, the home of vcap, is missing']],
    ['a home that is none', {}, GOOD.replace('/home/vcap', '/nonexistent'), ['/nonexistent is the home of vcap']],
    [
      'an account that expires some day',
      {},
      GOOD.replace(never('vcap'), `ageing=vcap:${TODAY}:90:`),
      ['the account vcap expires on 2026-04-01'],
    ],
    [
      'an account that ended',
      {},
      GOOD.replace(never('vcap'), `ageing=vcap:${TODAY}:99999:${TODAY - 1}`),
      ['the account vcap expired on 2025-12-31'],
    ],
    [
      'a password that has to be changed',
      {},
      GOOD.replace(never('vcap'), 'ageing=vcap:0:99999:'),
      ['the password of vcap has to be changed before anything else'],
    ],
  ])('changes %s', (_case, options, stdout, reasons) => {
    expect(reasonsFor(stepFor(options), stdout)).toEqual(reasons);
  });

  it('makes accounts that do not expire, in groups of their names that are there', () => {
    const texts = textsOf(
      stepFor({ user: 'ops' }).changes(stepFor({ user: 'ops' }).check.parse({ exitCode: 0, stdout: NEW })),
    );
    for (const name of ['vcap', 'ops']) expect(texts.join('\n')).toContain(`chage -M 99999 -I -1 -E -1 ${name}`);
    expect(texts.join('\n')).toContain('set -- --gid ops');
  });

  it('takes any uid for vcap where another account has its number', () => {
    const step = stepFor();
    const taken = step.check.parse({ exitCode: 0, stdout: `${NEW}\nuid-holder=ops` });
    expect(textsOf(step.changes(taken))[0]).not.toContain('--uid');
    expect(textsOf(step.changes(step.check.parse({ exitCode: 0, stdout: NEW })))[0]).toContain('--uid 5100');
  });
});

describe('where files are shared by number', () => {
  it.each([
    ['an account with another uid', node(account('vcap', { uid: 1001 }), NUMBERS), 'the account vcap has uid 1001'],
    ['a group with another gid', node(VCAP, 'group-id=1001'), 'the group vcap has gid 1001'],
    ['a group before there is an account', `${NEW}\ngroup-id=1001`, 'the group vcap has gid 1001'],
    ['another first group', node(account('vcap', { gid: 100 }), NUMBERS), 'another first group, of gid 100'],
    ['a uid that somebody has', `${NEW}\nuid-holder=ops`, 'uid 5100 belongs to ops'],
    ['a gid that somebody has', `${NEW}\ngid-holder=ops`, 'gid 5100 belongs to ops'],
  ])('parks for %s', (_case, stdout, problem) => {
    const refused = (component: ComponentName) => () => reasonsFor(stepFor({ component }), stdout);
    expect(refused('cloud_controller_ng')).toThrow(problem);
    expect(refused('cloud_controller_ng')).toThrow(expect.objectContaining({ code: 'UnsupportedSystem' }));
    expect(refused('nats')).not.toThrow();
  });
});

describe('with adduser 0', () => {
  const step = stepFor({ user: 'ops', addUser: false });
  const fine = node(VCAP, OPS, never('vcap'), never('ops'));

  it.each([
    ['nothing where the operator has made everything', fine, []],
    ['no groups', fine.replace(ALL_GROUPS, 'ops'), []],
    ['nothing that will expire', fine.replace(never('ops'), `ageing=ops:${TODAY}:90:`), []],
    ['the key alone', without(fine, /^key=.*$/m), ['ops does not accept our key']],
  ])('changes %s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it.each([
    ['no account vcap', node(OPS), 'there is no account vcap (useradd --create-home --shell /bin/bash vcap)'],
    ['no account of ours', node(VCAP), 'there is no account ops (useradd --create-home --shell /bin/bash ops)'],
    [
      'another password',
      without(fine, /^password=.*$/m),
      'the password of ops differs from the configured one (passwd ops)',
    ],
    [
      'a shell that runs no commands',
      without(fine, /^runs=ops$/m).replaceAll('/bin/bash', '/usr/sbin/nologin'),
      'the shell of ops is /usr/sbin/nologin, which runs no commands (usermod --shell /bin/bash ops)',
    ],
    ['no home', without(fine, /^home=ops$/m), '/home/ops, the home of ops, is missing'],
    [
      'an account that has expired',
      fine.replace(never('ops'), `ageing=ops:${TODAY - 91}:90:`),
      'the account ops expired on 2025-12-31 (chage -d "$(date +%F)" -M 99999 -E -1 ops)',
    ],
    [
      'nothing at all',
      NEW,
      'there is no account vcap (useradd --create-home --shell /bin/bash vcap); ' +
        'there is no account ops (useradd --create-home --shell /bin/bash ops)',
    ],
  ])('refuses a node with %s, and says the cure', (_case, stdout, problem) => {
    const refused = {
      code: 'AuthenticationFailed',
      message: `10.10.101.182: ${problem}. Mend this on the node and retry, or set adduser to 1.`,
    };
    expect(() => reasonsFor(step, stdout)).toThrow(expect.objectContaining(refused));
  });

  it('warns of accounts that are not ours and end within 30 days', () => {
    const soon = `ageing=ops:${TODAY - 60}:90:\nageing=vcap:${TODAY - 60}:91:\nageing=root:${TODAY - 60}:90:`;
    const warnings = (of: typeof step) => of.warnings?.(of.check.parse({ exitCode: 0, stdout: node(VCAP, OPS, soon) }));
    expect(warnings(step)).toEqual([
      expect.stringContaining('the account ops expires on 2026-01-31, and then nobody can log in to it') as string,
      expect.stringContaining('the account root expires on 2026-01-31') as string,
    ]);
    expect(warnings(stepFor({ user: 'ops' }))).toEqual([expect.stringContaining('the account root') as string]);
  });

  it('warns of a sudo that keeps what commands read', () => {
    const step = stepFor();
    const warnings = step.warnings?.(step.check.parse({ exitCode: 0, stdout: `${GOOD}\nsudo=log_input` }));
    expect(warnings).toEqual([expect.stringMatching(/^sudo keeps on the disk .*"Defaults:vcap !log_input"/)]);
  });
});

it('refuses a password that the system cannot keep, before anything is changed', () => {
  expect(() => reasonsFor(stepFor(), NEW.concat('\npassword=too long'))).toThrow(/longer than this system takes/);
});

it('keeps password and key out of every text', () => {
  const step = stepFor({ user: 'ops', password: 'canary' });
  const changes = step.changes(step.check.parse({ stdout: NEW, exitCode: 0 }));
  expect([step.check.run.text, ...textsOf(changes)].join('\n')).not.toContain('canary');
  expect(changes.flatMap(({ act }) => (act.kind === 'command' && act.long === true ? [act] : []))).toEqual([]);
});
