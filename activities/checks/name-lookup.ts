import { type Command, sh } from '../../domain/command.ts';
import { phrase } from '../../domain/text/text.ts';

/** A look at a node waits no longer than this for its name servers; without answer glibc alone would take minutes. */
const SECONDS = 3;

/** What checks of one look read of it: `found`, `unknown`, or `silent` where no name server answered in time. */
export type Lookup = 'found' | 'unknown' | 'silent';

export const SILENT = phrase('no name server of the node answers within {seconds} s', { seconds: SECONDS });

export const lookupOf = (word: string | undefined): Lookup =>
  word === 'found' || word === 'silent' ? word : 'unknown';

/** Prints `lookup=...`, for a check whose `once` is `lookUp`. */
export const printLookup: Command = sh`echo "lookup=\${lookup:-unknown}"`;

/** Sets `lookup` for the checks that follow; not every system has `timeout`. */
export const lookUp = (name: string): Command => sh`
  lookup=unknown
  if command -v timeout >/dev/null; then
    timeout ${SECONDS} getent hosts ${name} >/dev/null 2>&1 </dev/null && lookup=found || { [ $? != 124 ] || lookup=silent; }
  else
    getent hosts ${name} >/dev/null 2>&1 </dev/null &
    tries=0
    while kill -0 $! 2>/dev/null && [ $tries -lt ${SECONDS} ]; do tries=$((tries + 1)); sleep 1; done
    if kill $! 2>/dev/null; then lookup=silent; elif wait $!; then lookup=found; fi
  fi`;
