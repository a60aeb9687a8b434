/** What GRUB gives by itself, whatever the two lines say. */
const OWN = /^(BOOT_IMAGE=|root=|rootflags=|initrd=|ro$|rw$)/;

/** What a kernel was, or would be, started with beyond what every menu has. */
const bootParameters = (commandLine: string): string[] =>
  commandLine.split(/\s+/).filter((word) => word !== '' && !OWN.test(word));

interface BootFacts {
  /** `/proc/cmdline`. */
  readonly booted: string;
  /** Kernel lines of GRUB's menu; empty where GRUB does not start this machine. */
  readonly menu: readonly string[];
}

/** Whether no entry of the menu starts the kernel as the running one was started. */
export function differsFromMenu({ booted, menu }: BootFacts): boolean {
  if (menu.length === 0 || !booted.includes('BOOT_IMAGE=')) return false;
  const running = canonical(booted);
  return !menu.some((line) => canonical(line) === running);
}

const canonical = (commandLine: string): string =>
  bootParameters(commandLine.replace(/^\/\S+\s*/, ''))
    .toSorted()
    .join(' ');

/** `GRUB_CMDLINE_LINUX="quiet"` -> `quiet`; shells allow both quotes and none. */
export const grubValue = (line: string): string =>
  line
    .replace(/^[^=]*=/, '')
    .replaceAll(/^(["'])(.*)\1\s*$/g, '$2')
    .trim();
