import { instanceFolder } from '../../../cluster/node-context.ts';
import { raw, sh } from '../../../domain/command.ts';
import type { InstancePlace } from '../../../domain/instance.ts';
import { change, type Step } from '../../../domain/step.ts';
import { phrase } from '../../../domain/text/text.ts';
import { readAnswers } from '../../checks/answers.ts';
import { curlMonit } from '../../checks/curl-monit.ts';
import { type InstanceScripts, instanceScripts } from '../../checks/instance-scripts.ts';
import { INSTANCE, INSTANCE_FAILURES } from '../../checks/process-status.ts';
import type { FileFacts } from '../../checks/wanted-file.ts';
import { STOP_SECONDS } from '../stop.ts';

export interface RemovalFacts {
  /** Anything of it is on the node. */
  readonly isThere: boolean;
  /** The jobs it was made of. */
  readonly jobs: readonly string[];
  readonly scripts: FileFacts;
}

const ENTRIES = ['/var/vcap/monit/job', '/var/vcap/monit/stopped'];
const MONIT = '/var/vcap/bosh/bin/monit';

/** What was stored is moved here, never deleted. */
const ASIDE = '/var/vcap/store/removed';

/** Stops an instance and takes it off the node; what it has stored is moved aside. */
export const removeInstance = (
  context: InstanceScripts,
  { id, component, number }: InstancePlace,
): Step<RemovalFacts> => {
  const name = `${component}_${number}`;
  const folder = instanceFolder({ component, number });
  const scripts = instanceScripts(context);
  return {
    title: phrase('Remove {id}', { id }),

    check: {
      run: sh`
        ${scripts.run}
        [ ! -d ${folder} ] || echo there=yes
        for entry in ${ENTRIES}; do
          for file in "$entry"/${name}.*.monitrc; do [ ! -e "$file" ] || echo there=yes; done
        done
        cat ${folder}/installed ${folder}/installed.previous ${folder}/inputs 2>/dev/null | sed -n 's/^job \([^ ]*\).*$/job=\1/p' | sort -u`,
      together: [scripts.together],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return { isThere: answers.has('there'), jobs: answers.all('job'), scripts: scripts.parse(stdout) };
      },
    },

    changes: (facts) =>
      facts.isThere
        ? [
            ...scripts.changes(facts.scripts),
            change('no longer wanted here', sh`${INSTANCE} hold ${name} ${STOP_SECONDS}`, {
              long: true,
              failures: INSTANCE_FAILURES,
            }),
            change('no longer wanted here', takeAway(name, folder), { long: true, timeoutMs: 600_000 }),
          ]
        : [],
  };
};

// The instance's folder goes last: while it is there, the next attempt after a crash knows what else belongs to it.
const takeAway = (name: string, folder: string) => sh`
  exec 7>>/var/vcap/bosh/var/instance.lock
  flock -w 300 7
  jobs_of() { for one in "$@"; do cat "$one/installed" "$one/installed.previous" "$one/inputs" 2>/dev/null || true; done | sed -n 's/^job \([^ ]*\).*$/\1/p' | sort -u; }
  others=$(for one in /var/vcap/bosh/instances/*; do [ "$one" = ${folder} ] || jobs_of "$one"; done)
  own=$(for job in $(jobs_of ${folder}); do echo "$others" | grep -qxF "$job" || echo "$job"; done)

  # Scripts build such a path as they like: below the store, below a variable, or from a variable that holds the name.
  is_named_by() { # folder of the store, jobs
    word=$(echo "$1" | sed 's/[.]/\\./g') folder=$1
    shift
    for job in "$@"; do
      [ "$job" != "$folder" ] || return 0
      ! grep -rqE '(\$\{?[A-Za-z_][A-Za-z0-9_]*\}?[^A-Za-z0-9]?/|store/|=[^A-Za-z0-9]?)'"$word"'([^A-Za-z0-9._-]|$)' "/var/vcap/jobs/$job/" 2>/dev/null || return 0
    done
    return 1
  }
  # The store is vcap's, which may put a link wherever root wants to go. Who is in a folder stays in it, whatever it is called.
  enter_aside() { # folder for what an instance has stored
    cd /var/vcap/store
    here=$(pwd -P)
    for part in removed "$1"; do
      [ -d "$part" ] || mkdir "$part"
      cd -P "$part"
      here=$here/$part
      [ "$(pwd -P)" = "$here" ] || { echo "$here is a link, and root does not follow links there; put a folder in its place"; exit 1; }
    done
  }
  for store in /var/vcap/store/*; do
    [ -e "$store" ] && [ "$store" != ${ASIDE} ] || continue
    case $(basename "$store") in *[!A-Za-z0-9._-]*) continue ;; esac
    is_named_by "$(basename "$store")" $own || continue
    ! is_named_by "$(basename "$store")" $others || { echo "$store stays where it is: another instance may use it too"; continue; }
    ! mountpoint -q "$store" || { echo "$store is a mount of its own and stays where it is"; continue; }
    to=${name}
    n=1; while [ -e "${raw(ASIDE)}/$to/$(basename "$store")" ]; do n=$((n + 1)) to=${name}.$n; done
    (
      enter_aside "$to"
      # What a link says may hold only where it stands.
      if [ -L "$store" ]; then ln -s "$(readlink -f "$store")" "$(basename "$store")" && rm "$store"; else mv "$store" .; fi
    )
    echo "$store is kept as ${raw(ASIDE)}/$to/$(basename "$store")"
  done

  for entry in ${ENTRIES}; do rm -f "$entry"/${name}.*.monitrc; done
  incarnation() { { ${curlMonit(raw('"$1"'))}; } 2>/dev/null | tr -d '\n' | grep -o 'incarnation[>="]*[0-9][0-9]*' | tr -dc 0-9; }
  if ${MONIT} --pid >/dev/null 2>&1; then
    before=$(incarnation 5) || true
    while [ "$(date +%s)" = "$before" ]; do sleep 0.1; done
    ${MONIT} reload >/dev/null 2>&1 || true
    read -r now rest </proc/uptime
    end=$((\${now%.*} + 10)) left=10
    until at=$(incarnation $left) && [ -n "$at" ] && [ "$at" != "$before" ]; do
      sleep 0.1
      read -r now rest </proc/uptime
      left=$((end - \${now%.*}))
      # Whoever waited would keep all others of the node waiting too; they tell monit again what it forgets then.
      [ $left -gt 0 ] || { echo 'monit is busy with the start or stop of another job, and reads its files after that' && break; }
    done
  fi

  for job in $own; do rm -rf "/var/vcap/jobs/$job" "/var/vcap/data/jobs/$job"; done
  rm -rf ${folder}`;
