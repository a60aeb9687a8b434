import { type Command, raw, sh } from '../../domain/command.ts';
import { asAccount } from '../accounts/as-account.ts';

const LOGS = '/var/vcap/sys/log';
/** How many files are shown at most; the newest. */
const MOST_FILES = 100;
const LONGEST_PATH = 300;
/** What logrotate and the like leave behind, packed and as it was. */
const PACKED = /\.(?:gz|bz2|xz|zst|zip)$/;
const ROTATED = /(?:\.old|\.\d+|[-.]\d{8}(?:[-.]\d+)?|~)$/;

/** A log under `/var/vcap/sys/log`, or the part of it that is shown. */
interface OwnLog {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Seconds since the epoch. */
  readonly modifiedAt: number;
}

/** A part of a log that fits: from byte `from` to its end as it was. */
export interface ShownLog extends OwnLog {
  readonly from: number;
}

/**
 * Names what is an instance's own, and lists every log of the node. Exits 3 where the instance is not installed.
 * Logs are read as vcap, who can place links and pipes among them: whatever it names, it can read nothing that is not its own.
 */
export const listLogs = (name: string): Command => sh`
  instances=/var/vcap/bosh/instances
  [ -d "$instances"/${name} ] || exit 3
  jobs_of() { for entry in "$1"/monit/*.monitrc; do [ ! -e "$entry" ] || basename "$entry" .monitrc; done; }
  for job in $(jobs_of "$instances"/${name}); do
    echo "job $job"
    for script in /var/vcap/jobs/"$job"/bin/*; do [ ! -e "$script" ] || echo "script $(basename "$script")"; done
    grep -rhos '/var/vcap/sys/log/[A-Za-z0-9_.-]*' /var/vcap/jobs/"$job"/ | sed 's|.*/|names |' | sort -u
  done
  for other in "$instances"/*; do
    [ "$other" = "$instances"/${name} ] || for job in $(jobs_of "$other"); do echo "other $job"; done
  done
  echo
  ${asAccount(
    'vcap',
    sh`
      cd ${LOGS} 2>/dev/null || exit 0
      find . -maxdepth 5 -type f -size +0 -printf '%s %T@ %P\0' 2>/dev/null | head -c 1000000`,
  )}`;

/** The instance's own logs among those of its node; a rotated one only where nothing has been written since. */
export function ownLogs(listing: string): OwnLog[] {
  const end = listing.indexOf('\n\n') + 1;
  const lines = listing.slice(0, end);
  const named = (kind: string): Set<string> =>
    new Set([...lines.matchAll(new RegExp(`^${kind} (\\S+)$`, 'gm'))].map(([, name = '']) => name));
  const [jobs, scripts, others, names] = [named('job'), named('script'), named('other'), named('names')];
  const isOwn = (path: string): boolean => {
    const [first = '', ...rest] = path.split('/');
    if (jobs.has(first)) return true;
    // Scripts of cf-release log under their own names, in a folder that all share or beside it.
    if (rest.length === 0 || first === 'monit') return names.has(path) || isOf(scripts, path) || isOf(jobs, path);
    return names.has(first) && !others.has(first);
  };
  const own = listing
    .slice(end + 1)
    .split('\0')
    .flatMap((record) => {
      const [, size = '', time = '', path = ''] = /^(\d+) ([\d.]+) ([^]+)$/.exec(record) ?? [];
      return path === '' ? [] : [{ path, size: Number(size), modifiedAt: Number(time) }];
    })
    .filter(({ path }) => path.length <= LONGEST_PATH && !PACKED.test(path) && isOwn(currentOf(path)));
  const byCurrent = Map.groupBy(own, ({ path }) => currentOf(path));
  return [...byCurrent].map(
    ([current, logs]) =>
      logs.find(({ path }) => path === current) ?? logs.reduce((a, b) => (a.modifiedAt >= b.modifiedAt ? a : b)),
  );
}

/** The log that a rotated one was. */
const currentOf = (path: string): string => path.replace(ROTATED, '');

/** `monit/nats_ctl.err.log` belongs to the script nats_ctl. */
const isOf = (programs: ReadonlySet<string>, path: string): boolean =>
  programs.has((path.split('/').at(-1) ?? '').replace(/\..*/, ''));

/**
 * What fits into so many bytes, the log written to last at the end. Every log gets the same share, and what small ones leave
 * goes to the larger ones: one that is never silent does not hide the others' errors.
 */
export function fitting(logs: readonly OwnLog[], bytes: number): ShownLog[] {
  const newest = logs.toSorted((a, b) => b.modifiedAt - a.modifiedAt).slice(0, MOST_FILES);
  let left = bytes;
  return newest
    .toSorted((a, b) => a.size - b.size)
    .map((log, index) => {
      const share = Math.min(log.size, Math.floor(left / (newest.length - index)));
      left -= share;
      return { ...log, from: log.size - share };
    })
    .toSorted((a, b) => a.modifiedAt - b.modifiedAt);
}

/** Their content, a mark before each. */
export const readLogs = (logs: readonly ShownLog[], mark: string): Command =>
  asAccount(
    'vcap',
    sh`
      cd ${LOGS} || exit 0
      show() {
        printf '\n%s\n' ${mark}
        [ -f "$1" ] || return 0
        [ -r "$1" ] || { echo; echo "only root may read it"; return 0; }
        tail -c "+$2" "$1" | head -c "$3"
      }
      ${raw(logs.map(({ path, from, size }) => sh`show ${path} ${from + 1} ${size - from}`.text).join('\n'))}`,
  );

/** The logs as one text, each under its name as `tail` has it. */
export function joinedLogs(logs: readonly ShownLog[], content: string, mark: string): string {
  const [, ...parts] = content.split(`\n${mark}\n`);
  return logs
    .map(
      (log, index) => `==> ${LOGS}/${log.path}${cutNote(log)} <==\n${endedLine(wholeLines(log, parts[index] ?? ''))}`,
    )
    .join('\n');
}

const cutNote = ({ from, size }: ShownLog): string => (from === 0 ? '' : ` (its last ${size - from} bytes of ${size})`);

const wholeLines = ({ from }: ShownLog, text: string): string =>
  from === 0 ? text : text.slice(text.indexOf('\n') + 1);

const endedLine = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
