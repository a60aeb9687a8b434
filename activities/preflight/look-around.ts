import { type Command, sh } from '../../domain/command.ts';
import type { Room, Surroundings } from '../../domain/node/judge-surroundings.ts';
import { mountsIn } from '../../domain/node/mounts.ts';
import { readAnswers } from '../checks/answers.ts';
import { awaitLock } from '../packages/package-lock.ts';
import { OWN_APT_SETTINGS } from '../steps/swap-apt-source.ts';

/** Prints the surroundings of a deploy: free space of the folders, mounts, proxies, and who holds the package lock. */
export const lookAround = (folders: readonly string[], root = ''): Command => sh`
  for folder in ${folders}; do
    place=${root}$folder
    while [ ! -d "$place" ]; do place=$(dirname "$place"); done
    free=$(df -Pk "$place" | awk 'NR == 2 {print $4}')
    inodes=$(df -Pi "$place" | awk 'NR == 2 && $2 > 0 {print $4}')
    echo "room=\${free:--} \${inodes:--} $folder"
  done
  # Names only: a proxy's address may hold a password.
  grep -lsiE '^[^#]*(https?|ftp|all)_proxy *=' ${root}/etc/environment ${root}/etc/profile ${root}/etc/profile.d/*.sh \
    ${root}/etc/systemd/system.conf ${root}/etc/systemd/system.conf.d/*.conf | sed 's/^/proxy=/'
  grep -lsiE '^[^#/]*Acquire::[a-z]+::.*Proxy' ${root}/etc/apt/apt.conf ${root}/etc/apt/apt.conf.d/* |
    grep -vxF ${`${root}${OWN_APT_SETTINGS}`} | sed 's/^/proxy=/'
  ${awaitLock}
  # A deploy has an apt of its own, whose lists nobody else locks.
  echo "lock=$(APT_CONFIG=own lock_holder)"
  sed 's/^/mount=/' /proc/mounts
  true`;

export function surroundingsIn(stdout: string): Surroundings {
  const answers = readAnswers(stdout);
  return {
    rooms: answers.all('room').map(roomIn),
    mounts: mountsIn(answers.all('mount').join('\n')),
    proxies: answers.all('proxy'),
    lockHolder: answers.value('lock'),
  };
}

function roomIn(line: string): Room {
  const [, free = '', inodes = '', folder = ''] = /^(\S*) (\S+) (.*)$/.exec(line) ?? [];
  const number = (text: string): number | undefined => (/^\d+$/.test(text) ? Number(text) : undefined);
  return { folder, freeKiB: number(free), freeInodes: number(inodes) };
}
