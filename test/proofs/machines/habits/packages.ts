import type { Habit } from '../habit.ts';

const PROXY = 'http://127.0.0.1:9';

/** Keeps the locks of dpkg and of apt's lists, as an unattended upgrade would, until some seconds after our installation has begun. */
const HOLD_LOCK = `
  use Fcntl;
  $0 = "unattended-upgr";
  my $all = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0);
  my @locks;
  for my $file ("/var/lib/dpkg/lock-frontend", "/var/lib/apt/lists/lock") {
    open(my $lock, ">>", $file) or die $!;
    fcntl($lock, F_SETLK, $all) or die $!;
    push @locks, $lock;
  }
  sleep 1 until system("grep -qs installRuntimePackages /var/lib/deployment-engine/ledger") == 0;
  sleep 14;`;

const SILENT_NAME_SERVER = `
  use Socket;
  socket(my $socket, PF_INET, SOCK_DGRAM, 17) or die $!;
  bind($socket, sockaddr_in(53, INADDR_ANY)) or die $!;
  sleep 3600;`;

/** How packages get onto the machine, and what is in the way of that. */
export const PACKAGES: readonly Habit[] = [
  {
    name: 'proxies in its environment, kept by sudo, and in the configuration of apt',
    prepare: `
      for name in http_proxy https_proxy all_proxy ALL_PROXY; do echo "$name=${PROXY}" >>/etc/environment; done
      echo 'Defaults env_keep += "http_proxy https_proxy all_proxy ALL_PROXY"' >/etc/sudoers.d/proxy
      chmod 440 /etc/sudoers.d/proxy
      sed -i '/^UsePAM/d' /etc/ssh/sshd_config; echo 'UsePAM yes' >>/etc/ssh/sshd_config
      pkill -HUP -o -x sshd
      printf 'proxy = ${PROXY}\\n' >/root/.curlrc
      echo 'Acquire::http::Proxy "${PROXY}";' >/etc/apt/apt.conf.d/00proxy`,
    outcome: 'runs',
    check: 'ls /var/lib/apt/lists/*_Packages',
    isDose: true,
  },
  {
    name: 'preferences that hide every package, and a default release that is not ours',
    prepare: `
      printf 'Package: *\\nPin: release *\\nPin-Priority: -10\\n' >/etc/apt/preferences.d/nothing
      echo 'APT::Default-Release "stable-of-theirs";' >/etc/apt/apt.conf.d/00release`,
    outcome: 'runs',
  },
  {
    name: 'a package on hold that has to be installed',
    prepare: `
      printf 'Package: monit\\nPriority: optional\\nSection: admin\\nMaintainer: x <x@example.com>\\nArchitecture: all\\nVersion: 1\\nDescription: x\\n' >/root/available
      dpkg --merge-avail /root/available && echo monit hold | dpkg --set-selections`,
    outcome: { step: 'installRuntimePackages', code: 'NodeUnfit', message: /on hold .*: monit \(apt-mark unhold/ },
  },
  {
    name: 'the locks of dpkg and of the lists held by another program for a while',
    prepare: `
      printf '%s' '${HOLD_LOCK.replaceAll("'", `'\\''`)}' >/root/hold.pl
      setsid perl /root/hold.pl </dev/null >/root/hold.log 2>&1 &
      sleep 1`,
    outcome: 'runs',
    check: '[ ! -s /root/hold.log ]',
  },
  {
    name: 'a policy-rc.d that an installation of ours left behind',
    prepare: `
      printf '%s\\n' '#!/bin/sh' '# deployment-engine: no daemon of a package starts while packages are installed' 'exit 101' >/usr/sbin/policy-rc.d
      chmod 755 /usr/sbin/policy-rc.d`,
    outcome: 'runs',
    check: '[ ! -e /usr/sbin/policy-rc.d ]',
  },
  {
    name: 'a configuration that dpkg was cut off from, with a question about a file',
    prepare: `
      mkdir -p /root/odd/DEBIAN /root/odd/etc
      printf 'Package: odd\\nVersion: 1\\nArchitecture: all\\nMaintainer: nobody <nobody@example.com>\\nDescription: odd\\n' >/root/odd/DEBIAN/control
      echo /etc/odd.conf >/root/odd/DEBIAN/conffiles
      echo first >/root/odd/etc/odd.conf
      dpkg-deb --build /root/odd /root/odd-1.deb && dpkg -i /root/odd-1.deb
      echo theirs >/etc/odd.conf
      echo second >/root/odd/etc/odd.conf; sed -i 's/^Version: 1/Version: 2/' /root/odd/DEBIAN/control
      dpkg-deb --build /root/odd /root/odd-2.deb && dpkg --unpack /root/odd-2.deb`,
    outcome: 'runs',
    check: `grep -q theirs /etc/odd.conf && dpkg-query -W -f '\${Status}' odd | grep -q ' ok installed'`,
  },
  {
    name: 'name servers that take every question and answer none',
    prepare: `
      printf '%s' '${SILENT_NAME_SERVER}' >/root/silent.pl
      setsid perl /root/silent.pl </dev/null >/root/silent.log 2>&1 &
      printf 'nameserver 127.0.0.1\\nnameserver 127.0.0.2\\nnameserver 127.0.0.3\\n' >/etc/resolv.conf`,
    outcome: 'runs',
    check: '[ ! -s /root/silent.log ]',
  },
  {
    name: 'too little room for what is to be installed',
    prepare: `
      mkdir -p -m 700 /var/lib/deployment-engine
      mount -t tmpfs -o size=6m tmpfs /var/lib/deployment-engine`,
    outcome: {
      step: 'installRuntimePackages',
      code: 'DiskFull',
      message: /: \/var\/lib\/deployment-engine has \d+ of 6144 KiB free, .*Free some space there/,
    },
  },
  {
    name: 'a monit of the operator’s that starts at boot',
    prepare: `
      printf '#!/bin/sh\\n### BEGIN INIT INFO\\n# Provides: monit\\n# Required-Start: $remote_fs\\n# Required-Stop: $remote_fs\\n# Default-Start: 2 3 4 5\\n# Default-Stop: 0 1 6\\n### END INIT INFO\\n' \\
        >/etc/init.d/monit
      chmod 755 /etc/init.d/monit
      update-rc.d monit defaults`,
    outcome: 'runs',
    check: '[ -e /etc/rc2.d/S01monit ]',
  },
];
