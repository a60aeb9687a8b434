import type { Habit } from '../habit.ts';

/** What stands between an account and root. */
export const LOGINS: readonly Habit[] = [
  {
    name: 'a sudo that wants a terminal',
    prepare: `
      echo 'Defaults requiretty' >/etc/sudoers.d/terminal; chmod 440 /etc/sudoers.d/terminal`,
    outcome: 'runs',
    check: `grep -rq '^Defaults:vcap !requiretty' /etc/sudoers.d && grep -q requiretty /etc/sudoers.d/terminal`,
    isDose: true,
  },
  {
    name: 'a root password that has expired',
    prepare: 'chage -d 0 root',
    outcome: { step: 'connect', code: 'AuthenticationFailed', message: /the password of root has expired.*chage -d/ },
    isDose: true,
  },
  {
    name: 'a root account that has expired',
    prepare: 'chage -E 0 root',
    outcome: {
      step: 'connect',
      code: 'AuthenticationFailed',
      message: /the account root has expired.*chage -E -1 root/,
    },
  },
  {
    name: 'an expired root password, asked for by keyboard-interactive',
    prepare: `
      printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication yes\\nUsePAM yes\\nPermitRootLogin yes\\n' \\
        >/etc/ssh/sshd_config.d/00-interactive.conf
      chage -d 0 root
      pkill -HUP -o -x sshd`,
    outcome: { step: 'connect', code: 'AuthenticationFailed', message: /the password of root has expired/ },
  },
];
