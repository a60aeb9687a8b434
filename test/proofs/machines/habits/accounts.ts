import type { Habit } from '../habit.ts';

const OURS = `grep -cx 'ssh-rsa [^ ]* deployment-engine'`;

/** Accounts that were there before us, and what a site asks of accounts. */
export const ACCOUNTS: readonly Habit[] = [
  {
    name: 'an administrator’s key without a newline at its end',
    prepare: `
      useradd --create-home --shell /bin/bash vcap
      install -d -m 700 -o vcap -g vcap /home/vcap/.ssh
      printf 'ssh-ed25519 AAAAC3 admin@office' >/home/vcap/.ssh/authorized_keys
      chown vcap:vcap /home/vcap/.ssh/authorized_keys; chmod 640 /home/vcap/.ssh/authorized_keys`,
    outcome: 'runs',
    check: `
      cd /home/vcap/.ssh
      grep -qx 'ssh-ed25519 AAAAC3 admin@office' authorized_keys
      [ "$(${OURS} authorized_keys)" = 1 ]
      [ "$(stat -c '%a %U' authorized_keys)" = '640 vcap' ]
      [ "$(cat authorized_keys.before-deployment-engine)" = 'ssh-ed25519 AAAAC3 admin@office' ]`,
    isDose: true,
  },
  {
    name: 'a vcap that nobody can work as',
    prepare: 'groupadd --gid 1234 vcap; useradd --uid 1233 --gid vcap --no-create-home --shell /usr/sbin/nologin vcap',
    outcome: 'runs',
    check: '[ "$(getent passwd vcap)" = "vcap:x:1233:1234::/home/vcap:/bin/bash" ] && su vcap -c true',
    isDose: true,
  },
  {
    name: 'passwords that last 90 days',
    prepare: `
      sed -i 's/^PASS_MAX_DAYS.*/PASS_MAX_DAYS 90/; s/^PASS_MIN_DAYS.*/PASS_MIN_DAYS 7/' /etc/login.defs
      useradd -D --inactive 30`,
    outcome: 'runs',
    check: `[ "$(getent shadow vcap | cut -d: -f5)" = 99999 ] && [ -z "$(getent shadow vcap | cut -d: -f8)" ]`,
  },
  {
    name: 'a vcap that has expired',
    prepare: `
      useradd --create-home --shell /bin/bash vcap
      chage -d 0 -M 90 -E 2020-01-01 vcap`,
    outcome: 'runs',
    check: 'su vcap -c true',
  },
  {
    name: 'the numbers of vcap taken by others',
    prepare: 'groupadd --gid 5100 storage; useradd --uid 5100 --gid storage backup2',
    outcome: 'runs',
    check: '[ "$(id -un 5100)" = backup2 ] && id vcap',
  },
  {
    name: 'keys of vcap that lie where vcap says',
    prepare: `
      useradd --create-home --shell /bin/bash vcap
      install -d -m 700 -o vcap -g vcap /home/vcap/.ssh
      ln -s /etc/shadow /home/vcap/.ssh/authorized_keys
      chown -h vcap /home/vcap/.ssh/authorized_keys`,
    outcome: {
      step: 'ensureUser',
      code: 'NodeUnfit',
      message: /^\S+: \/home\/vcap\/\.ssh\/authorized_keys is a link that vcap could have made/,
    },
    check: '! grep -q deployment-engine /etc/shadow',
  },
  {
    name: 'a group with the name of our user',
    properties: { user: 'admin' },
    prepare: 'groupadd admin',
    outcome: 'runs',
    check: 'id admin && [ "$(id -gn admin)" = admin ]',
  },
  {
    name: 'an account of the operator’s that runs nothing',
    properties: { adduser: 0 },
    prepare: 'useradd --create-home --shell /usr/sbin/nologin vcap',
    outcome: {
      step: 'ensureUser',
      code: 'AuthenticationFailed',
      message: /the shell of vcap is \/usr\/sbin\/nologin, which runs no commands \(usermod --shell \/bin\/bash vcap\)/,
    },
    check: '[ ! -e /home/vcap/.ssh ] && getent passwd vcap | grep -q nologin$',
  },
  {
    name: 'a password of every kind of character',
    properties: { password: ` p'"$\`\\%s:;&|<>(){}[]*?~#!^= ä€😀 ` },
    prepare: 'true',
    outcome: 'runs',
    isDose: true,
  },
  {
    name: 'a password as long as the system keeps',
    properties: { password: 'p'.repeat(511) },
    prepare: 'true',
    outcome: 'runs',
  },
  {
    name: 'a password longer than the system keeps',
    properties: { password: 'p'.repeat(1000) },
    prepare: 'true',
    outcome: {
      step: 'ensureUser',
      code: 'AuthenticationFailed',
      message: /the password of vcap is longer than this system takes/,
    },
    check: '! id vcap',
  },
];
