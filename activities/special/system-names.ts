import { sh } from '../../domain/command.ts';
import { change, type Step } from '../../domain/step.ts';
import { readAnswers } from '../answers.ts';
import type { NodeContext } from '../node-context.ts';

const BEGIN = '# deployment-engine: system names';
const END = '# deployment-engine: end';

interface HostsFacts {
  /** The marked block, or undefined without one. */
  readonly block: string | undefined;
  readonly resolvesApi: boolean;
}

// The names components call each other by, all behind the one front address.
const SYSTEM_NAMES = ['api', 'uaa', 'login', 'hm9000', 'loggregator', 'console'];

/** Every node, not only users' machines, must find the system names; where no DNS does it, the hosts file does. */
export const systemNames = ({
  configuration,
  frontAddress,
}: Pick<NodeContext, 'configuration' | 'frontAddress'>): Step<HostsFacts> => {
  const { domain } = configuration.properties;
  const line = `${frontAddress} ${SYSTEM_NAMES.map((name) => `${name}.${domain}`).join(' ')}`;
  return {
    title: 'system names',

    check: {
      run: sh`
        sed -n ${`/^${BEGIN}$/,/^${END}$/p`} /etc/hosts | sed '1d;$d' | sed 's/^/block=/'
        getent hosts ${`api.${domain}`} >/dev/null && echo resolves=yes
        true`,
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return { block: answers.value('block'), resolvesApi: answers.has('resolves', 'yes') };
      },
    },

    changes: ({ block, resolvesApi }) => {
      if (frontAddress === undefined || block === line || (block === undefined && resolvesApi)) return [];
      const reason = block === undefined ? `api.${domain} cannot be resolved` : 'they lead elsewhere';
      return [
        change(
          reason,
          // Written in place: in containers /etc/hosts may be a mount that cannot be replaced.
          sh`
            kept=$(sed ${`/^${BEGIN}$/,/^${END}$/d`} /etc/hosts)
            printf '%s\n' "$kept" ${BEGIN} ${line} ${END} >/etc/hosts`,
        ),
      ];
    },
  };
};
