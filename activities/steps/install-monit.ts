import type { NodeContext } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { type FileFacts, filesAsWanted, wantedFile } from '../checks/wanted-file.ts';
import { areDaemonsHeld, letDaemonsStart, lookForHeldDaemons } from '../packages/daemon-policy.ts';
import { OUR_MONIT } from './install-runtime-packages.ts';

// What a BOSH agent would make and the jobs' scripts expect.
const FOLDERS = [
  'bosh/bin',
  'bosh/etc',
  'bosh/var',
  'bosh/instances',
  'data/jobs',
  'data/packages',
  'data/sys/run',
  'data/sys/log',
  'data/tmp',
  'jobs',
  'monit/job',
  'packages',
  'shared',
  'store',
];

interface MonitFacts {
  readonly files: FileFacts;
  readonly missingFolders: readonly string[];
  /** Every account of the node may read the files of jobs, which hold secrets. */
  readonly areJobsOpen: boolean;
  readonly hasUser: boolean;
  readonly startsAtBoot: boolean;
  readonly isRunning: boolean;
  /** A file is younger than the daemon: an attempt that was cut off has changed it. */
  readonly isStale: boolean;
  readonly areDaemonsHeld: boolean;
}

/** Where the files of all jobs lie; `jobs` holds links to there. */
const JOBS = '/var/vcap/data/jobs';
const PID_FILE = '/var/vcap/bosh/var/monit.pid';
/** Whoever asks monit shows what it holds; the daemon reads it at its start. */
const USER = '/var/vcap/monit/monit.user';
/** Tells the daemon from another process that got its pid. */
const MONIT = '/var/vcap/bosh/bin/monit';

/** monit watches the jobs and brings them back at boot. */
export const installMonit = ({ monitFiles }: Pick<NodeContext, 'monitFiles'>): Step<MonitFacts> => {
  const paths = [...monitFiles.map(({ path }) => path), USER];
  const checked = filesAsWanted(monitFiles.map(({ path, content, mode }) => wantedFile(path, content, mode)));
  return {
    title: 'Install monit',

    check: {
      run: sh`
        ${checked.run}
        for folder in ${FOLDERS}; do [ -d "/var/vcap/$folder" ] || echo "folder=$folder"; done
        [ ! -d ${JOBS} ] || [ "$(stat -L -c %a:%U:%G ${JOBS})" = 750:root:vcap ] || ! getent group vcap >/dev/null || echo jobs=open
        [ -s ${USER} ] && echo user=yes
        for link in /etc/rc2.d/S??vcap-monit; do [ -e "$link" ] || [ -L "$link" ] || continue; echo boot=yes; break; done
        ${MONIT} --pid >/dev/null && echo running=yes
        for file in ${paths}; do [ "$file" -nt ${PID_FILE} ] && echo stale=yes; done
        ${lookForHeldDaemons}`,
      together: [checked.together],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          files: checked.parse(stdout),
          missingFolders: answers.all('folder'),
          areJobsOpen: answers.has('jobs', 'open'),
          hasUser: answers.has('user'),
          startsAtBoot: answers.has('boot'),
          isRunning: answers.has('running'),
          isStale: answers.has('stale'),
          areDaemonsHeld: areDaemonsHeld(answers),
        };
      },
    },

    changes: ({
      files,
      missingFolders,
      areJobsOpen,
      hasUser,
      startsAtBoot,
      isRunning,
      isStale,
      areDaemonsHeld: areHeld,
    }) => {
      const uploads = checked.changes(files);
      return [
        ...letDaemonsStart(areHeld),
        ...(missingFolders.length === 0
          ? []
          : [change(phrase('no {folders} in /var/vcap', { folders: missingFolders }), makeFolders())]),
        ...(areJobsOpen ? [change('every account may read the files of jobs', closeJobs())] : []),
        ...uploads,
        ...(hasUser ? [] : [change('monit has no password', makePassword())]),
        ...(startsAtBoot ? [] : [change('monit does not start at boot', startAtBoot())]),
        ...(isRunning && !isStale && hasUser && uploads.length === 0
          ? []
          : [change(isRunning ? 'monit runs with older files' : 'monit does not run', startMonit(paths))]),
      ];
    },
  };
};

// `defaults` leaves alone what has any link, and one that was disabled has those of shutdown.
const startAtBoot = () => sh`
  update-rc.d -f vcap-monit remove >/dev/null
  update-rc.d vcap-monit defaults`;

// The folder rather than the files: scripts of the releases copy some as root for vcap, with their modes.
const closeJobs = () => sh`
  if getent group vcap >/dev/null; then
    chown root:vcap ${JOBS}
    chmod 0750 ${JOBS}
  fi`;

const makeFolders = () => sh`
  cd /var/vcap 2>/dev/null || { mkdir -p /var/vcap && cd /var/vcap; }
  mkdir -p ${FOLDERS}
  [ -e sys ] || ln -s data/sys sys
  chown vcap shared store data/tmp
  chmod 1777 data/tmp
  [ -e monit/empty.monitrc ] || : >monit/empty.monitrc
  ${closeJobs()}`;

// Known to this node alone: it never travels.
const makePassword = () => sh`
  umask 077
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  [ \${#password} -eq 32 ]
  printf 'vcap:%s\n' "$password" >${USER}.new
  mv ${USER}.new ${USER}`;

// Touched, so that a clock that was set back does not make the files younger than the daemon for ever.
const startMonit = (paths: readonly string[]) => sh`
  touch -c ${paths}
  if [ -e ${OUR_MONIT} ]; then
    [ ! -x /etc/init.d/monit ] || { update-rc.d monit disable >/dev/null 2>&1 || true; }
    rm -f ${OUR_MONIT}
  fi
  ${MONIT} -t
  /etc/init.d/vcap-monit stop >/dev/null 2>&1 || true
  n=0
  while ${MONIT} --pid >/dev/null 2>&1 && [ $n -lt 100 ]; do n=$((n+1)); sleep 0.1; done
  /etc/init.d/vcap-monit start`;
