import { raw, sh } from '../../domain/command.ts';
import type { Preparation } from '../../domain/step.ts';

/** Owned by root, so that nobody else can change what root builds and runs there, as they could in /tmp. */
export const WORK = '/var/lib/deployment-engine/work';

const NOEXEC = 5;

/** Temporary files of a build's own scripts go there too, not to /tmp, which may be mounted noexec. */
export const useWorkFolder = sh`
  export TMPDIR=${WORK}/tmp
  rm -rf "$TMPDIR"
  mkdir -m 0700 "$TMPDIR"`;

/** Checked first, because on a file system mounted noexec each build fails with another message. */
export const ensureWorkFolder = (): Preparation => ({
  act: {
    kind: 'command',
    command: sh`
      install -d -m 0700 ${WORK}
      printf '#!/bin/sh\n' >${WORK}/trial
      chmod 0700 ${WORK}/trial
      if ! ${WORK}/trial; then
        point=$(df -P ${WORK} | awk 'NR == 2 {print $6}')
        printf '\n%s\n' "${raw(WORK)} is on a file system where no program can be started, mounted noexec at $point. \
      Mount it with exec (mount -o remount,exec $point, and in /etc/fstab), or another file system at ${raw(WORK)}, then retry."
        rm -f ${WORK}/trial
        exit ${NOEXEC}
      fi
      rm -f ${WORK}/trial`,
    failures: { [NOEXEC]: 'NodeUnfit' },
  },
});
