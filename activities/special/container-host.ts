import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { change, type Step } from '../../domain/step.ts';
import { joined, allOf } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { putOwnLines } from '../checks/own-lines.ts';
import { differsFromMenu, grubValue } from './boot-parameters.ts';
import { type HostFacts, missingTools, reasonsAgainst } from './host-facts.ts';
import { missingPrograms } from './missing-programs.ts';

/** GRUB's two lines as documented; Debian 12 offers control groups of version 1 only with this parameter. */
const KERNEL_PARAMETERS: Readonly<Record<string, string>> = { 'debian-12': 'systemd.unified_cgroup_hierarchy=0' };
const LINES = ['GRUB_CMDLINE_LINUX_DEFAULT', 'GRUB_CMDLINE_LINUX'];
const GRUB = '/etc/default/grub';

/**
 * A dea's machine must be able to run warden's containers. What lasts is set; a reboot and everything
 * else are left to the operator: the step parks and says what to do.
 */
export const containerHost = (
  { address, profile }: Pick<NodeContext, 'address' | 'profile'>,
  { settings }: Pick<WantedInstance, 'settings'>,
): Step<HostFacts> => {
  const [first = '', second = ''] = LINES;
  const wanted = { [first]: KERNEL_PARAMETERS[profile.name] ?? '', [second]: '' };
  const lines = LINES.map((name) => `${name}="${wanted[name]}"`);
  const cure = phrase(
    'Set {lines} in {file}, run update-grub, reboot (the document recommends kernel 3.2.0-61-virtual), then retry.',
    { lines: allOf(lines), file: GRUB },
  );
  return {
    title: 'container host',

    check: {
      run: sh`
        PATH=$PATH:/usr/sbin:/sbin
        echo "kernel=$(uname -r)"
        for image in /boot/vmlinuz-*; do [ -e "$image" ] && echo "image=\${image#/boot/vmlinuz-}"; done
        echo "booted=$(cat /proc/cmdline)"
        [ -f ${GRUB} ] && echo grub=yes
        sed -n 's/^\(GRUB_CMDLINE_LINUX\(_DEFAULT\)\{0,1\}=\)/line=\1/p' ${GRUB}
        sed -n 's/^[[:space:]]*linux[a-z0-9]*[[:space:]]\{1,\}/menu=/p' /boot/grub/grub.cfg
        awk '$4 == 1 {print "controller=" $1}' /proc/cgroups
        [ -d /sys/fs/cgroup ] && echo "cgroups=$(stat -f -c %t /sys/fs/cgroup)"
        [ -e /proc/self/ns/net ] && echo namespaces=yes
        [ -w /proc/sys/kernel/core_pattern ] && echo settings=writable
        sed 's/^/ids=/; s/  */ /g' /proc/self/uid_map
        for tool in iptables quotaon quotacheck; do command -v "$tool" >/dev/null && echo "tool=$tool"; done
        true`,
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          kernel: answers.value('kernel') ?? '',
          installedKernels: answers.all('image'),
          booted: answers.value('booted') ?? '',
          hasGrub: answers.has('grub'),
          // The last one counts, as in a shell.
          grubLines: Object.fromEntries(
            answers.all('line').map((line) => [line.slice(0, line.indexOf('=')), grubValue(line)]),
          ),
          menu: answers.all('menu'),
          controllers: answers.all('controller'),
          cgroups: answers.value('cgroups'),
          hasNamespaces: answers.has('namespaces'),
          mayChangeKernel: answers.has('settings', 'writable'),
          userIds: answers.value('ids'),
          tools: answers.all('tool'),
        };
      },
    },

    changes: (facts) => {
      const { hopeless, curable } = reasonsAgainst(facts);
      const missing = missingTools(facts, settings);
      if (hopeless.length > 0) throw unfit(address, hopeless, cure);
      if (missing.length > 0) throw missingPrograms(address, missing);
      if (facts.hasGrub && LINES.some((name) => (facts.grubLines[name] ?? '') !== wanted[name]))
        return [change('the boot parameters that warden needs are not set', writeLines(lines), { long: true })];
      if (differsFromMenu(facts) || curable.some(({ helps }) => helps === 'reboot'))
        throw new DeploymentEngineError(
          'RebootNeeded',
          phrase(
            '{address} was started as "{booted}" with kernel {kernel}, which is not what it would boot now. Reboot the node, then retry.',
            { address, booted: facts.booted, kernel: facts.kernel },
          ),
        );
      if (curable.length > 0)
        throw unfit(
          address,
          curable.map(({ problem }) => problem),
          cure,
        );
      return [];
    },
  };
};

const unfit = (address: string, problems: readonly Text[], cure: Text): DeploymentEngineError =>
  new DeploymentEngineError(
    'NodeUnfit',
    phrase('{address} cannot run warden: {problems}. {cure}', { address, problems: joined(problems), cure }),
  );

/** The file is read by a shell, so lines of operators stay, and ours at the end win. */
const writeLines = (lines: readonly string[]) => sh`
  ${putOwnLines({
    path: GRUB,
    lines,
    pattern: '^GRUB_CMDLINE_LINUX(_DEFAULT)?="[^"]*"$',
    markers: ['# deployment-engine: kernel parameters', '# deployment-engine: end'],
    mode: '0644',
  })}
  update-grub`;
