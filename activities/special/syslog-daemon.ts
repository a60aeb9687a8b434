import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { change, type Step } from '../../domain/step.ts';
import { readAnswers } from '../answers.ts';
import type { NodeContext } from '../node-context.ts';

interface DaemonFacts {
  readonly isInstalled: boolean;
  readonly modules: readonly string[];
  readonly hasAccount: boolean;
}

/** Jobs hand their forwarding rules to the node's rsyslog; their script gives its folder to the account `syslog`. */
export const syslogDaemon = (
  { address }: Pick<NodeContext, 'address'>,
  modules: readonly string[] = [],
): Step<DaemonFacts> => ({
  title: 'rsyslog',

  check: {
    run: sh`
      command -v rsyslogd >/dev/null && echo rsyslogd=yes
      for module in ${modules}; do
        ls /usr/lib/rsyslog/"$module".so /usr/lib/*/rsyslog/"$module".so 2>/dev/null | sed "s/.*/module=$module/"
      done
      id -u syslog >/dev/null 2>&1 && echo account=yes
      true`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return {
        isInstalled: answers.has('rsyslogd', 'yes'),
        modules: answers.all('module'),
        hasAccount: answers.has('account', 'yes'),
      };
    },
  },

  changes: ({ isInstalled, modules: found, hasAccount }) => {
    const missing = [...(isInstalled ? [] : ['rsyslogd']), ...modules.filter((module) => !found.includes(module))];
    if (missing.length > 0)
      throw new DeploymentEngineError(
        'NodeUnfit',
        `${address}: rsyslog lacks ${missing.join(', ')}. Install the packages rsyslog and rsyslog-relp and retry.`,
      );
    return hasAccount
      ? []
      : [change('no account syslog', sh`useradd --system --no-create-home --shell /usr/sbin/nologin syslog`)];
  },
});
