import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { ensureUser } from '../../activities/ensure-user.ts';
import type { ComponentName } from '../../domain/components.ts';
import { nodeContext, reasonsFor, textsOf } from './samples.ts';
import { run } from './shell.ts';

const context = nodeContext();

function stepFor({ user = 'vcap', addUser = true, component = 'nats' as ComponentName } = {}) {
  const { configuration, instances } = context;
  return ensureUser({
    ...context,
    instances: instances.map((each) => ({ ...each, instance: { ...each.instance, component } })),
    configuration: { ...configuration, properties: { ...configuration.properties, user, addUser } },
  });
}

const ALL_GROUPS = 'vcap adm admin audio cdrom dialout dip floppy plugdev sudo video';

const answer = ({
  uid = '5100',
  user = 'user=yes',
  groups = ALL_GROUPS,
  password = 'password=yes',
  key = 'key=yes',
} = {}) => [`uid=${uid}`, user, `groups=${groups}`, password, key].filter((line) => line !== '').join('\n');

const NOTHING = answer({ uid: '', user: '', groups: '', password: '', key: '' });

describe('with adduser 1', () => {
  it.each([
    ['nothing on a node that has the account', {}, answer(), []],
    ['nothing where vcap has a uid of its own', {}, answer({ uid: '1001' }), []],
    [
      'everything on a new node',
      {},
      NOTHING,
      [
        'no account vcap',
        'vcap is not in adm, admin, audio, cdrom, dialout, dip, floppy, plugdev, sudo, video',
        'the password of vcap differs',
        'vcap does not accept our key',
      ],
    ],
    [
      'only the groups that lack',
      {},
      answer({ groups: ALL_GROUPS.replace(' adm ', ' ').replace(' video', '') }),
      ['vcap is not in adm, video'],
    ],
    ['the password alone', {}, answer({ password: '' }), ['the password of vcap differs']],
    ['the key alone', {}, answer({ key: '' }), ['vcap does not accept our key']],
    ['another user beside vcap', { user: 'ops' }, answer({ user: '' }), ['no account ops']],
    ['vcap beside another user', { user: 'ops' }, answer({ uid: '' }), ['no account vcap']],
  ])('changes %s', (_case, options, stdout, reasons) => {
    expect(reasonsFor(stepFor(options), stdout)).toEqual(reasons);
  });
});

it('parks where files are shared by number and vcap has another one', () => {
  const refused = () => reasonsFor(stepFor({ component: 'cloud_controller_ng' }), answer({ uid: '1001' }));
  expect(refused).toThrow(/vcap has uid 1001, but cloud_controller_ng need 5100/);
});

describe('with adduser 0', () => {
  const step = stepFor({ user: 'ops', addUser: false });

  it.each([
    ['nothing where the operator has made everything', answer(), []],
    ['no groups', answer({ groups: 'ops' }), []],
    ['the key alone', answer({ key: '' }), ['ops does not accept our key']],
  ])('changes %s', (_case, stdout, reasons) => {
    expect(reasonsFor(step, stdout)).toEqual(reasons);
  });

  it.each([
    ['no account vcap', answer({ uid: '' }), 'there is no account vcap'],
    ['no account of ours', answer({ user: '', password: '' }), 'there is no account ops'],
    ['another password', answer({ password: '' }), 'the password of ops differs from the configured one'],
    ['nothing at all', NOTHING, 'there is no account vcap; there is no account ops'],
  ])('refuses a node with %s', (_case, stdout, problem) => {
    const refused = {
      code: 'AuthenticationFailed',
      message: `10.10.101.182: ${problem}. Make the account, or set adduser to 1.`,
    };
    expect(() => reasonsFor(step, stdout)).toThrow(expect.objectContaining(refused));
  });
});

it('keeps password and key out of every text', () => {
  const step = stepFor({ user: 'ops' });
  const changes = step.changes(step.check.parse({ stdout: NOTHING, exitCode: 0 }));
  expect([step.check.run.text, ...textsOf(changes)].join('\n')).not.toContain('canary');
  expect(changes.flatMap(({ act }) => (act.kind === 'command' && act.long === true ? [act] : []))).toEqual([]);
});

it('reads accounts, groups and keys of this machine', () => {
  const { username } = userInfo();
  const facts = (user: string) => {
    const { check } = stepFor({ user });
    return check.parse(run(check.run));
  };
  expect(facts(username)).toMatchObject({ hasUser: true, hasPassword: false, hasKey: false });
  expect(facts(username).groups).toContain(username);
  expect(facts('no-such-user')).toMatchObject({ hasUser: false, groups: [''], hasPassword: false, hasKey: false });
});
