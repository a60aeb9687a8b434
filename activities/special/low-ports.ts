import type { NodeContext } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { change, type Step } from '../../domain/step.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { missingPrograms } from './missing-programs.ts';

const ROUTER = '/var/vcap/packages/gorouter/bin/gorouter';
const TOOLS = ['setcap', 'getcap', 'crontab', 'logrotate'];
/** CAP_NET_BIND_SERVICE, CAP_SETFCAP (linux/capability.h). */
const BIND = 10n;
const SET_FILE_CAPABILITY = 31n;

interface PortFacts {
  readonly missing: readonly string[];
  /** Capabilities that a process here can have at all, as bits. */
  readonly capabilities: bigint;
  /** Whether the script finds all kernel settings it writes. */
  readonly hasSettings: boolean;
  readonly isInstalled: boolean;
  readonly hasCapability: boolean;
  readonly cronRuns: boolean;
}

/** gorouter binds port 80 as vcap by a capability of its file, and leaves its logs to cron. */
export const lowPorts = ({ address }: Pick<NodeContext, 'address'>): Step<PortFacts> => ({
  title: 'low ports',

  check: {
    run: sh`
      for tool in ${TOOLS}; do command -v "$tool" >/dev/null || echo "missing=$tool"; done
      sed -n 's/^CapBnd:[[:space:]]*/capabilities=/p' /proc/self/status
      # The script itself leaves the settings alone where it finds this word.
      { [ -e /proc/sys/net/ipv4/tcp_tw_recycle ] || grep -q /instance /proc/self/cgroup; } && echo settings=yes
      [ -f ${ROUTER} ] && echo installed=yes
      getcap ${ROUTER} | grep -q cap_net_bind_service && echo capability=yes
      pidof cron >/dev/null && echo cron=running
      true`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return {
        missing: answers.all('missing'),
        capabilities: BigInt(`0x${answers.value('capabilities') ?? '0'}`),
        hasSettings: answers.has('settings'),
        isInstalled: answers.has('installed'),
        hasCapability: answers.has('capability'),
        cronRuns: answers.has('cron', 'running'),
      };
    },
  },

  changes: (facts) => {
    refuse(facts, address);
    return [
      // As the job's script does at each start: here a file system without capabilities says so.
      ...(facts.isInstalled && !facts.hasCapability
        ? [change('gorouter may not bind port 80', sh`setcap cap_net_bind_service=+ep ${ROUTER}`)]
        : []),
      ...(facts.cronRuns ? [] : [change('cron does not run', sh`service cron start`)]),
    ];
  },
});

function refuse({ missing, capabilities, hasSettings }: PortFacts, address: string): void {
  const may = (bit: bigint): boolean => ((capabilities >> bit) & 1n) === 1n;
  const problems = [
    ...(may(BIND) && may(SET_FILE_CAPABILITY)
      ? []
      : ['no process here can get the capability to bind low ports: use a machine, or a container that allows it']),
    ...(hasSettings
      ? []
      : ["its kernel has no net.ipv4.tcp_tw_recycle, which the job's script sets: use a kernel before 4.12"]),
  ];
  if (problems.length > 0)
    throw new DeploymentEngineError(
      'NodeUnfit',
      phrase('{address} cannot carry gorouter: {problems}.', { address, problems: joined(problems) }),
    );
  if (missing.length > 0) throw missingPrograms(address, missing);
}
