import { sh } from '../../../domain/command.ts';
import { asAccount } from '../../accounts/as-account.ts';
import { makeVcapFolder } from '../../checks/vcap-folder.ts';
import { type WantedFile, wantedFile } from '../../checks/wanted-file.ts';

const RUN = '/var/vcap/sys/run/syslog_receiver';
export const RECEIVER_PID = `${RUN}/syslog_receiver.pid`;
/** What only newer versions of rsyslog understand; made at each start. */
const NEWER = `${RUN}/newer.conf`;
const LOGS = '/var/vcap/store/log';
const CONFIG = '/var/vcap/bosh/etc/syslog_receiver.conf';
export const RETENTION = '/etc/cron.daily/deployment-engine-syslog';
const PROGRAM = '/var/vcap/bosh/bin/syslog_receiver';

/** Everything the receiver is made of; `instance` as in `syslog_aggregator_0`. */
export const receiverFiles = (instance: string, port: number): readonly WantedFile[] => [
  wantedFile(CONFIG, configuration(port), '0644'),
  wantedFile(PROGRAM, program(), '0755'),
  wantedFile(RETENTION, retention(), '0755'),
  wantedFile(`/var/vcap/bosh/instances/${instance}/monit/syslog_receiver.monitrc`, monitEntry(), '0644'),
];

// Old spelling, which versions 4 to 8 of rsyslog understand. Folders as the release's own aggregator makes them.
const configuration = (port: number): string => `$IncludeConfig ${NEWER}
$MaxMessageSize 4k
$ModLoad imtcp
$InputTCPMaxSessions 1024
$InputTCPServerRun ${port}
$PrivDropToUser vcap
$PrivDropToGroup vcap

$template ComponentFile,"${LOGS}/%programname:6:$:secpath-replace%/%$year%/%$month%/%$day%/%programname:6:$:secpath-replace%.log"
$template ComponentLine,"%fromhost-ip% -- %msg%\\n"
:programname, startswith, "vcap." ?ComponentFile;ComponentLine
:programname, startswith, "vcap." ~

$template OtherFile,"${LOGS}/other/%$year%/%$month%/%$day%/other.log"
$template OtherLine,"%fromhost-ip% %syslogtag%%msg%\\n"
*.* ?OtherFile;OtherLine
`;

const program = (): string => `#!/bin/sh
# Receives the log lines of the cluster's nodes with the node's rsyslogd; monit starts and stops it.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
PID=${RECEIVER_PID}

# No line end follows the number, so it cannot be read as a line.
is_running() { pid=$(cat $PID 2>/dev/null) && kill -0 "$pid" 2>/dev/null; }

# Up to ten seconds for rsyslogd to be there or gone.
await() {
  tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ $tries -le 100 ] || return 1
    sleep 0.1
  done
}
is_gone() { ! is_running; }

case $1 in
  start)
    is_running && exit 0
    mkdir -p ${RUN}
    ${makeVcapFolder('log').text} || exit 1
    version=$(rsyslogd -v | sed -n '1s/^rsyslogd[^0-9]*\\([0-9]*\\).*/\\1/p')
    # Up to version 6 it behaves like version 3 unless told its own number. No version may ask a name server for each line.
    mode=
    : >${NEWER}
    if [ "$version" -ge 8 ]; then echo 'global(net.enableDNS="off")' >${NEWER}
    elif [ "$version" -eq 7 ]; then mode=-x
    else mode="-c$version -x"
    fi
    rsyslogd $mode -f ${CONFIG} -i $PID
    await is_running
    ;;
  stop)
    is_running || exit 0
    kill "$pid"
    await is_gone || kill -9 "$pid"
    rm -f $PID
    ;;
  *)
    echo "usage: $0 start|stop" >&2
    exit 2
    ;;
esac
`;

const retention = (): string => `#!/bin/sh
# A day as text, a week as archives, as the release's own aggregator keeps them. As vcap, whose folders they are.
${asAccount('vcap', TIDY).text}
exit 0
`;

const TIDY = sh`
  set +e
  find ${LOGS} -type f -name '*.log' -mmin +1440 -exec gzip -f '{}' ';'
  find ${LOGS} -type f -name '*.log.gz' -mtime +7 -exec rm -f '{}' ';'
  find ${LOGS} -mindepth 1 -type d -empty -mtime +1 -exec rmdir '{}' '+' 2>/dev/null`;

const monitEntry = (): string => `check process syslog_receiver
  with pidfile ${RECEIVER_PID}
  start program "${PROGRAM} start"
  stop program "${PROGRAM} stop"
  group vcap
`;
