import type { SpecialSettings } from '../../domain/manifest/special-settings.ts';
import { isKernelBefore } from '../../domain/node/kernel-version.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

/** What a machine is to warden, the program that runs applications in containers. */
export interface HostFacts {
  readonly kernel: string;
  readonly installedKernels: readonly string[];
  /** `/proc/cmdline`. */
  readonly booted: string;
  readonly hasGrub: boolean;
  /** The two lines of /etc/default/grub, by name. */
  readonly grubLines: Readonly<Record<string, string>>;
  /** Kernel lines of GRUB's menu. */
  readonly menu: readonly string[];
  /** Control groups the kernel has. */
  readonly controllers: readonly string[];
  /** Type of the file system at /sys/fs/cgroup, hexadecimal; undefined = there is no such folder. */
  readonly cgroups: string | undefined;
  readonly hasNamespaces: boolean;
  /** Whether /proc/sys/kernel can be written, which warden's script does. */
  readonly mayChangeKernel: boolean;
  /** `/proc/self/uid_map`; undefined on kernels without user namespaces. */
  readonly userIds: string | undefined;
  readonly tools: readonly string[];
}

interface CurableProblem {
  readonly problem: Text;
  readonly helps: 'reboot' | 'parameters';
}

const CONTROLLERS = ['cpu', 'cpuacct', 'devices', 'memory'];
/** CGROUP2_SUPER_MAGIC (linux/magic.h). */
const UNIFIED = '63677270';
const ALL_IDS = '0 0 4294967295';

/** Why warden cannot run here: for good, or until parameters or kernel of the next boot are others. */
export function reasonsAgainst(facts: HostFacts): {
  readonly hopeless: readonly Text[];
  readonly curable: readonly CurableProblem[];
} {
  const lacking = CONTROLLERS.filter((controller) => !facts.controllers.includes(controller));
  const isOld = isTooOld(facts.kernel);
  return {
    hopeless: [
      ...(facts.userIds === undefined || facts.userIds === ALL_IDS ? [] : ['it is a container without privileges']),
      ...(facts.mayChangeKernel ? [] : ['/proc/sys/kernel is read-only']),
      ...(isOld && facts.installedKernels.every(isTooOld)
        ? [phrase('kernel {kernel} is older than 3.0', { kernel: facts.kernel })]
        : []),
      ...(!isOld && !facts.hasNamespaces
        ? [phrase('kernel {kernel} has no network namespaces', { kernel: facts.kernel })]
        : []),
    ],
    curable: [
      ...(isOld ? [reboot(phrase('kernel {kernel} is older than 3.0', { kernel: facts.kernel }))] : []),
      ...(facts.cgroups === undefined ? [parameters('/sys/fs/cgroup is missing')] : []),
      ...(facts.cgroups === UNIFIED ? [parameters('its control groups are of version 2 alone')] : []),
      ...(lacking.length === 0
        ? []
        : [parameters(phrase('control groups are off: {controllers}', { controllers: lacking }))]),
    ],
  };
}

export const missingTools = ({ tools }: HostFacts, { diskQuota }: Pick<SpecialSettings, 'diskQuota'>): string[] =>
  ['iptables', ...(diskQuota ? ['quotaon', 'quotacheck'] : [])].filter((tool) => !tools.includes(tool));

const reboot = (problem: Text): CurableProblem => ({ problem, helps: 'reboot' });
const parameters = (problem: Text): CurableProblem => ({ problem, helps: 'parameters' });

/** 3.0 is the first kernel that moves processes into network namespaces. */
const isTooOld = (kernel: string): boolean => isKernelBefore(kernel, 3, 0);
