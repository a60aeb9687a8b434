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
  {
    name: "a sudo that asks for root's password, once, with a lecture and an insult, on a terminal of its own",
    prepare: `
      for setting in rootpw insults passwd_tries=1 timestamp_timeout=0 lecture=always use_pty; do echo "Defaults $setting"; done \\
        >/etc/sudoers.d/site; chmod 440 /etc/sudoers.d/site`,
    outcome: 'runs',
    check: `[ "$(cat /etc/sudoers.d/zz-deployment-engine)" = 'Defaults:vcap !rootpw' ]`,
  },
  {
    name: 'a sudo without a rule for the group sudo',
    prepare: "sed -i '/^%sudo/d' /etc/sudoers",
    outcome: 'runs',
    check: `[ "$(cat /etc/sudoers.d/zz-deployment-engine)" = 'vcap ALL=(ALL) ALL' ]`,
    isDose: true,
  },
  {
    name: 'a sudo that looks for programs in folders of the site alone',
    prepare: "echo 'Defaults secure_path=/opt/site/bin' >/etc/sudoers.d/site; chmod 440 /etc/sudoers.d/site",
    outcome: 'runs',
    check: '[ ! -e /etc/sudoers.d/zz-deployment-engine ]',
  },
  {
    name: 'an sshd that lets in root alone',
    prepare: "echo 'AllowUsers root' >>/etc/ssh/sshd_config; pkill -HUP -o -x sshd",
    outcome: {
      step: 'swapAptSource',
      code: 'AuthenticationFailed',
      message: /no login for vcap \(key and password\): .*AllowUsers/,
    },
  },
  {
    name: 'start-up files of root that read their input',
    prepare: "sed -i '1i cat >/dev/null' /root/.bashrc",
    outcome: {
      step: 'connect',
      code: 'AuthenticationFailed',
      message: /the start-up files of root .* never end.*\[ -t 0 \] \|\| return/,
    },
  },
  {
    name: 'start-up files of the user that read a line',
    prepare: "sed -i '1i read line' /etc/skel/.bashrc",
    outcome: {
      step: 'swapAptSource',
      code: 'AuthenticationFailed',
      message: /the start-up files of vcap .* never end.*\[ -t 0 \] \|\| return/,
    },
  },
  {
    name: 'start-up files of everybody that take a line if there is one',
    prepare: `
      sed -i '1i read -t 0.3 line && echo "$line" >>/tmp/taken' /etc/bash.bashrc
      echo 'cat >/dev/null' >/etc/profile.d/site.sh`,
    outcome: 'runs',
    check: '[ ! -e /tmp/taken ]',
  },
];
