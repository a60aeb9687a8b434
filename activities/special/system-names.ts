import type { NodeContext } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { type Change, change, type Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { type Lookup, lookUp, lookupOf, printLookup, SILENT } from '../checks/name-lookup.ts';
import { type OwnLines, putOwnLines, readOwnLines } from '../checks/own-lines.ts';

const HOSTS = '/etc/hosts';

interface HostsFacts {
  /** Lines of ours. */
  readonly lines: readonly string[];
  readonly isDamaged: boolean;
  readonly lookup: Lookup;
}

// The names components call each other by, all behind the one front address.
const SYSTEM_NAMES = ['api', 'uaa', 'login', 'hm9000', 'loggregator', 'console'];

/** In the hosts file; without lines, to take ours away. */
export const systemNamesBlock = (lines: readonly string[]): OwnLines => ({
  path: HOSTS,
  lines,
  pattern: '^[^ ]+ api[.]',
  markers: ['# deployment-engine: system names', '# deployment-engine: end'],
  mode: '0644',
});

const readHosts = readOwnLines(systemNamesBlock([]));

/** Sets `seen_hosts`, once for all instances of a node. */
const seeHosts = (): Command => sh`
  are_hosts_seen=yes
  seen_hosts=$(
    ${readHosts}
  ) 2>/dev/null`;

/** Every node, not only users' machines, must find the system names; where no DNS does it, the hosts file does. */
export const systemNames = ({
  configuration,
  frontAddress,
}: Pick<NodeContext, 'configuration' | 'frontAddress'>): Step<HostsFacts> => {
  const { domain } = configuration.properties;
  const line = `${frontAddress} ${SYSTEM_NAMES.map((name) => `${name}.${domain}`).join(' ')}`;
  const block = systemNamesBlock([line]);
  return {
    title: 'system names',

    check: {
      run: sh`
        if [ -n "$are_hosts_seen" ]; then echo "$seen_hosts"; else
          ${readHosts}
        fi
        ${printLookup}`,
      once: lookUp(`api.${domain}`),
      together: [{ read: seeHosts, names: [] }],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          lines: answers.all('own'),
          isDamaged: answers.has('damaged'),
          lookup: lookupOf(answers.value('lookup')),
        };
      },
    },

    changes: ({ lines: [found, ...others], isDamaged, lookup }) => {
      if (frontAddress === undefined) return [];
      const put = (reason: Text): Change[] => [change(reason, putOwnLines(block))];
      if (isDamaged || others.length > 0) return put(phrase('our lines in {file} are damaged', { file: HOSTS }));
      if (found === undefined) return lookup === 'found' ? [] : put(unresolved(`api.${domain}`, lookup === 'silent'));
      return found === line ? [] : put(difference(found, line));
    },
  };
};

const unresolved = (name: string, isSilent: boolean): Text => {
  const what = phrase('{name} cannot be resolved', { name });
  return isSilent ? phrase('{place}: {what}', { place: what, what: SILENT }) : what;
};

/** What a person sees first in a former line of ours. */
function difference(found: string, wanted: string): Text {
  const [address = '', api = '', ...names] = found.split(' ');
  const [front = '', wantedApi = '', ...wantedNames] = wanted.split(' ');
  if (api !== wantedApi)
    return phrase('{file} has the names of {other}; the domain is {domain}', {
      file: HOSTS,
      other: api.replace('api.', ''),
      domain: wantedApi.replace('api.', ''),
    });
  if (address !== front)
    return phrase('{file} leads {name} to {address}; haproxy is {front}', { file: HOSTS, name: api, address, front });
  const missing = wantedNames.filter((name) => !names.includes(name));
  return missing.length > 0
    ? phrase('{file} lacks {names}', { file: HOSTS, names: missing })
    : phrase('our line in {file} was changed', { file: HOSTS });
}
