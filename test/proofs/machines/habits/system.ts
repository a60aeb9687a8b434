import type { Habit } from '../habit.ts';

const RESTART_SSHD = 'pkill -HUP -o -x sshd';

/** How the system was set up by others before us. */
export const SYSTEM: readonly Habit[] = [
  {
    name: 'start-up files and a banner that talk',
    prepare: `
      printf 'WARNING: authorised use only\\nrunner: refused fence 9 9\\n' >/etc/issue.net
      echo 'Banner /etc/issue.net' >>/etc/ssh/sshd_config
      for file in /root/.bashrc /root/.profile /etc/bash.bashrc /etc/profile; do
        sed -i '1i echo "welcome to this machine"; echo "mind the gap" >&2' "$file" 2>/dev/null ||
          echo 'echo "welcome to this machine"; echo "mind the gap" >&2' >"$file"
      done
      ${RESTART_SSHD}`,
    outcome: 'runs',
    isDose: true,
  },
  {
    name: 'its own name unknown to every name service',
    prepare: 'hostname nobody-knows-me; sed -i "/node/d" /etc/hosts; echo nobody-knows-me >/etc/hostname',
    outcome: 'runs',
  },
  {
    name: 'umask 077',
    prepare: `
      sed -i 's/^UMASK.*/UMASK 077/' /etc/login.defs
      for file in /etc/profile /root/.bashrc /etc/bash.bashrc; do echo 'umask 077' >>"$file"; done
      echo 'Defaults umask=0077' >/etc/sudoers.d/umask; chmod 440 /etc/sudoers.d/umask`,
    outcome: 'runs',
    check: `su -s /bin/sh vcap -c 'test -r /var/vcap/packages/nats || ls -L /var/vcap/packages/ | grep -q .'`,
  },
  {
    name: 'a locale that does not exist',
    prepare: 'printf "LANG=xx_XX.UTF-8\\nLC_ALL=xx_XX.UTF-8\\n" | tee /etc/default/locale >>/etc/environment',
    outcome: 'runs',
  },
  {
    name: '/tmp mounted noexec',
    prepare: 'mount -t tmpfs -o noexec,nosuid,mode=1777 tmpfs /tmp',
    outcome: 'runs',
    isDose: true,
  },
  {
    name: 'one session for each connection',
    prepare: `echo 'MaxSessions 1' >>/etc/ssh/sshd_config; ${RESTART_SSHD}`,
    outcome: 'runs',
  },
  {
    name: 'passwords by keyboard-interactive only',
    prepare: `
      sed -i -e '/^PasswordAuthentication/d' -e '/^KbdInteractiveAuthentication/d' -e '/^UsePAM/d' /etc/ssh/sshd_config
      rm -f /etc/ssh/sshd_config.d/*
      printf 'PasswordAuthentication no\\nKbdInteractiveAuthentication yes\\nUsePAM yes\\nPermitRootLogin yes\\n' >>/etc/ssh/sshd_config
      ${RESTART_SSHD}`,
    outcome: 'runs',
  },
  {
    name: '/var/vcap as a link to a disk, and no sftp',
    prepare: `
      mkdir -p /srv/disk/vcap && ln -s /srv/disk/vcap /var/vcap
      sed -i '/^Subsystem/d' /etc/ssh/sshd_config
      ${RESTART_SSHD}`,
    outcome: 'runs',
    check: '[ -L /var/vcap ] && [ -d /srv/disk/vcap/jobs ]',
    isDose: true,
  },
  {
    name: 'pid files left over from before a reboot',
    prepare: `
      mkdir -p /var/vcap/sys/run/nats /var/vcap/sys/run/nats_stream_forwarder
      for file in nats/nats.pid nats_stream_forwarder/nats_stream_forwarder.pid monit.pid; do echo 1 >/var/vcap/sys/run/$file; done
      echo 1 >/var/run/monit.pid`,
    outcome: 'runs',
  },
  {
    name: 'variables of another ruby',
    prepare: 'printf "RUBYOPT=-rnowhere\\nGEM_HOME=/nowhere\\nGEM_PATH=/nowhere\\n" >>/etc/environment',
    outcome: 'runs',
  },
  {
    name: 'a policy-rc.d of its own',
    prepare: 'printf "#!/bin/sh\\nexit 104\\n" >/usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d',
    outcome: 'runs',
    check: 'grep -q "exit 104" /usr/sbin/policy-rc.d',
  },
  {
    name: 'a login that takes nine seconds',
    prepare: `
      printf '#!/bin/sh\\nsleep 9\\n' >/usr/local/sbin/slow-login; chmod 755 /usr/local/sbin/slow-login
      sed -i '1i session required pam_exec.so quiet /usr/local/sbin/slow-login' /etc/pam.d/sshd
      sed -i '/^UsePAM/d' /etc/ssh/sshd_config; echo 'UsePAM yes' >>/etc/ssh/sshd_config
      ${RESTART_SSHD}`,
    outcome: 'runs',
  },
  {
    name: 'an environment that changes what programs do, kept by sudo',
    prepare: `
      printf 'Defaults !env_reset\\nDefaults !secure_path\\n' >/etc/sudoers.d/environment; chmod 440 /etc/sudoers.d/environment
      echo 'set -o noclobber; set -u; echo hello' >/etc/start-up
      for setting in POSIXLY_CORRECT=1 BASH_ENV=/etc/start-up ENV=/etc/start-up TMPDIR=/nowhere CDPATH=/ TAR_OPTIONS=-v \\
        GREP_OPTIONS=--color=always TZ=Asia/Kathmandu LANGUAGE=tr PERL5LIB=/nowhere RUBYLIB=/nowhere MAKEFLAGS=-j8; do
        echo "$setting" >>/etc/environment
      done
      sed -i '/^UsePAM/d' /etc/ssh/sshd_config; echo 'UsePAM yes' >>/etc/ssh/sshd_config
      ${RESTART_SSHD}`,
    outcome: 'runs',
    isDose: true,
  },
];
