import { type Command, sh } from '../../domain/command.ts';

/** Exit code where another program holds the package lock. */
export const LOCK_HELD = 5;

/**
 * Defines `await_lock`: waits ten seconds for the holder of dpkg's lock, then ends the command and names it. Older tools do
 * not wait at all, and `dpkg --configure` never does. Where the node's own apt is used, its lists and downloads are
 * locked as well, for which apt never waits. A holder has the file open and is in the kernel's list; by inode
 * it would not be found where the root folder is an overlay.
 */
export const awaitLock: Command = sh`
  lock_holder() {
    locks='/var/lib/dpkg/lock|/var/lib/dpkg/lock-frontend'
    [ -n "\${APT_CONFIG:-}" ] || locks="$locks|/var/lib/apt/lists/lock|/var/cache/apt/archives/lock"
    awk '$2 == "POSIX" && $4 == "WRITE" { print $5 }' /proc/locks | sort -u | while read -r pid; do
      if ls -l "/proc/$pid/fd" 2>/dev/null | grep -qE " -> ($locks)\$"; then
        echo "$(sed -n 's/^Name:[^a-zA-Z]*//p' "/proc/$pid/status") (pid $pid)"
        break
      fi
    done
  }
  await_lock() {
    tries=0
    while holder=$(lock_holder) && [ -n "$holder" ]; do
      if [ $tries -ge \${1:-20} ]; then
        printf '\nthe package lock is held by %s; waiting until it is free\n' "$holder"
        exit ${LOCK_HELD}
      fi
      tries=$((tries + 1))
      sleep 0.5
    done
  }`;
