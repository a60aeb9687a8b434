import { RUNNER_FILE } from '../../../../ssh/runner/runner-source.ts';
import type { Habit } from '../habit.ts';

const ENGINE = '/var/lib/deployment-engine';

const notUsable = (code: string, message: RegExp): Habit['outcome'] => ({ step: 'ensureUser', code, message });

/** A secret that was written to a disk would lie there. */
const NO_SECRET_ON_DISK = 'test ! -e /text && test ! -e /input && test ! -e /out';

/** What a node's memory and disks are like, and what a power cut has left on them. */
export const STORAGE: readonly Habit[] = [
  {
    name: 'no /dev/shm',
    prepare: 'umount -l /dev/shm; rmdir /dev/shm 2>/dev/null || mv /dev/shm /dev/no-shm',
    outcome: notUsable('NodeUnfit', /has no \/dev\/shm/),
    check: NO_SECRET_ON_DISK,
  },
  {
    name: 'a full /dev/shm',
    prepare: 'mount -t tmpfs -o size=4k tmpfs /dev/shm; head -c 4096 /dev/zero >/dev/shm/filler',
    outcome: notUsable('DiskFull', /^\/dev\/shm on .* is full: 0 KiB of 4 KiB free/),
    check: NO_SECRET_ON_DISK,
  },
  {
    name: 'a read-only /dev/shm',
    prepare: 'mount -t tmpfs -o ro tmpfs /dev/shm',
    outcome: notUsable('NodeUnfit', /\/dev\/shm is read-only/),
    check: NO_SECRET_ON_DISK,
  },
  {
    name: 'a monit.pid that names a stranger',
    prepare: `
      mkdir -p /var/vcap/bosh/var
      setsid sleep 86400 </dev/null >/dev/null 2>&1 &
      echo $! | tee /root/stranger >/var/vcap/bosh/var/monit.pid`,
    outcome: 'runs',
    check: 'kill -0 "$(cat /root/stranger)"; /var/vcap/bosh/bin/monit --pid',
    isDose: true,
  },
  {
    name: 'runner, ledger and claim emptied by a power cut, but for one copy',
    prepare: `
      mkdir -p -m 700 ${ENGINE}
      for file in ${RUNNER_FILE} ledger owner; do : >${ENGINE}/$file; done
      echo 'somebody-else 1 1' >${ENGINE}/fence`,
    outcome: { step: 'connect', code: 'DuplicateController', message: /somebody-else/ },
  },
  {
    name: 'runner, ledger and claim emptied by a power cut',
    prepare: `
      mkdir -p -m 700 ${ENGINE}
      for file in ${RUNNER_FILE} ledger owner fence; do : >${ENGINE}/$file; done`,
    outcome: { step: 'connect', code: 'ClaimDamaged', message: /owner and fence are damaged/ },
  },
  {
    name: 'runner and ledger emptied by a power cut',
    prepare: `
      mkdir -p -m 700 ${ENGINE}
      for file in ${RUNNER_FILE} ledger; do : >${ENGINE}/$file; done`,
    outcome: 'runs',
  },
];
