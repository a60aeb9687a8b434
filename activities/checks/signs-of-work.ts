import { type Command, sh } from '../../domain/command.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Answers } from './answers.ts';

/** For how long a change of the node shows that its engine is at work; a run makes its changes at shorter intervals. */
const RECENT_S = 60;

/** Longer than two rounds of a watch. */
const WATCHED_S = 8;

/**
 * Prints the signs of another engine that works on the node: commands that run, the newest change, and programs of its watch that
 * get questions while we look. A watch without questions is left from a lost connection. `watch` marks programs of our own.
 */
export const readSigns = (watch: string): Command => sh`
  cd /var/lib/deployment-engine 2>/dev/null || exit 0
  for job in jobs/*/; do
    read -r generation run 2>/dev/null <"$job/about" || continue
    echo "generation=$generation"
    [ -s "$job/ended" ] || flock -n -s 6 6<"$job/alive" || echo "job=$run"
  done 2>/dev/null
  at=$(tail -n 50 ledger 2>/dev/null | grep -v '"event":"refused"' | tail -n 1 | sed -n 's/.*"at":"\([^"]*\)".*/\1/p')
  [ -z "$at" ] || echo "changed=$(($(date +%s) - $(date -d "$at" +%s)))"
  watches() {
    # Not this pattern's own command line.
    grep -la 'while read -r words; do loo[k]' /proc/[0-9]*/cmdline 2>/dev/null | while read -r file; do
      ! grep -qaF ${watch} "$file" || continue
      process=\${file%/cmdline}
      echo "$process $(sed -n 's/^syscr: //p' "$process/io" 2>/dev/null) $(cut -d' ' -f14-17 "$process/stat" 2>/dev/null)"
    done
  }
  before=$(watches)
  if [ -n "$before" ]; then
    sleep ${WATCHED_S}
    watches | while read -r one; do
      echo "$before" | grep -qxF -- "$one" || echo watch=asked
    done
  fi
  true`;

export interface Signs {
  /** What shows that the engine is at work. */
  readonly signs: readonly Text[];
  /** The highest generation of a command that is kept there; 0 = none. */
  readonly generation: number;
}

export function signsIn({ all, has }: Answers): Signs {
  const changed = Number(all('changed')[0] ?? Number.NaN);
  const [run] = all('job');
  return {
    signs: [
      ...(run === undefined ? [] : [phrase('a command of its run {run} runs there; it ends by itself', { run })]),
      ...(has('watch', 'asked') ? ['its watch keeps looking at the node'] : []),
      // If the clock was set back, the time tells nothing.
      ...(Math.abs(changed) < RECENT_S
        ? [phrase('it has changed the node {seconds} s ago; ask again in a minute', { seconds: Math.max(0, changed) })]
        : []),
    ],
    generation: Math.max(0, ...all('generation').map(Number).filter(Number.isSafeInteger)),
  };
}
