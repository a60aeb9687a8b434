import type { NodeContext } from '../../../cluster/node-context.ts';
import { sh } from '../../../domain/command.ts';
import { change, type Step } from '../../../domain/step.ts';
import { readAnswers } from '../../checks/answers.ts';
import { missingPrograms } from '../missing-programs.ts';

const SERVICE = '/etc/init.d/rsyslog';

interface DaemonFacts {
  readonly isInstalled: boolean;
  readonly modules: readonly string[];
  readonly hasAccount: boolean;
  /** Whether `service rsyslog restart`, with which the jobs' script ends, finds something to restart it with. */
  readonly isService: boolean;
}

/** Jobs hand their forwarding rules to the node's rsyslog; their script gives its folder to the account `syslog`. */
export const syslogDaemon = (
  { address }: Pick<NodeContext, 'address'>,
  modules: readonly string[] = [],
): Step<DaemonFacts> => ({
  title: 'rsyslog service',

  check: {
    run: sh`
      command -v rsyslogd >/dev/null && echo rsyslogd=yes
      for module in ${modules}; do
        ls /usr/lib/rsyslog/"$module".so /usr/lib/*/rsyslog/"$module".so 2>/dev/null | sed "s/.*/module=$module/"
      done
      id -u syslog >/dev/null 2>&1 && echo account=yes
      { [ -d /run/systemd/system ] || [ -e ${SERVICE} ] || [ -e /etc/init/rsyslog.conf ]; } && echo service=yes
      true`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return {
        isInstalled: answers.has('rsyslogd'),
        modules: answers.all('module'),
        hasAccount: answers.has('account'),
        isService: answers.has('service'),
      };
    },
  },

  changes: ({ isInstalled, modules: found, hasAccount, isService }) => {
    const missing = [...(isInstalled ? [] : ['rsyslogd']), ...modules.filter((module) => !found.includes(module))];
    if (missing.length > 0) throw missingPrograms(address, missing);
    return [
      ...(hasAccount
        ? []
        : [change('no account syslog', sh`useradd --system --no-create-home --shell /usr/sbin/nologin syslog`)]),
      ...(isService
        ? []
        : [
            {
              reason: 'rsyslog is not started at boot',
              act: { kind: 'upload', path: SERVICE, content: serviceScript(), mode: '0755' } as const,
            },
            change('rsyslog is not started at boot', sh`update-rc.d rsyslog defaults`),
          ]),
    ];
  },
});

// Debian 12 brings a unit of systemd alone, and containers seldom run systemd.
const serviceScript = (): string => `#!/bin/sh
### BEGIN INIT INFO
# Provides:          rsyslog
# Required-Start:    $remote_fs
# Required-Stop:     $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: Starts rsyslog; written by Deployment Engine
### END INIT INFO
PATH=/usr/sbin:/usr/bin:/sbin:/bin
PID=/run/rsyslogd.pid

start() { start-stop-daemon --start --oknodo --pidfile $PID --exec "$(command -v rsyslogd)"; }
stop() { start-stop-daemon --stop --oknodo --retry TERM/5/KILL/5 --pidfile $PID --exec "$(command -v rsyslogd)"; }

case $1 in
  start) start ;;
  stop) stop ;;
  restart | force-reload) stop && start ;;
  *)
    echo "usage: $0 start|stop|restart" >&2
    exit 2
    ;;
esac
`;
