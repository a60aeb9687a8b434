import { isDue, type SpecialStepName } from '../domain/manifest/special-steps.ts';
import type { Step } from '../domain/step.ts';
import type { NodeContext, WantedInstance } from './node-context.ts';
import { containerHost } from './special/container-host.ts';
import { databaseRoles } from './special/database-roles.ts';
import { englishLocale } from './special/english-locale.ts';
import { etcdStore } from './special/etcd-store.ts';
import { frontCertificate } from './special/front-certificate.ts';
import { lowPorts } from './special/low-ports.ts';
import { nfsExport } from './special/nfs-export.ts';
import { nfsExported } from './special/nfs-exported.ts';
import { nfsMount } from './special/nfs-mount.ts';
import { LOCKED_MEMORY, OPEN_FILES, raisedLimit } from './special/raised-limit.ts';
import { sharedMemory } from './special/shared-memory.ts';
import { syslogDaemon } from './special/syslog-daemon.ts';
import { syslogOptions } from './special/syslog-options.ts';
import { syslogReceiver } from './special/syslog-receiver.ts';
import { systemNames } from './special/system-names.ts';
import { vcapHome } from './special/vcap-home.ts';

type SpecialStep = (context: NodeContext, wanted: WantedInstance) => Step<unknown>;

const FACTORIES: Readonly<Record<SpecialStepName, SpecialStep>> = {
  systemNames,
  vcapHome,
  englishLocale,
  sharedMemory,
  lockedMemory: (context) => raisedLimit(context, LOCKED_MEMORY),
  openFiles: (context) => raisedLimit(context, OPEN_FILES),
  frontCertificate,
  etcdStore,
  lowPorts,
  syslogDaemon: (context) => syslogDaemon(context),
  syslogRelp: (context) => syslogDaemon(context, ['imrelp']),
  syslogOptions: () => syslogOptions(),
  syslogReceiver: (_context, wanted) => syslogReceiver(wanted),
  nfsExport,
  nfsMount,
  containerHost,
  nfsExported,
  databaseRoles: (_context, wanted) => databaseRoles(wanted),
};

/** The special steps of an instance that are due before it starts, or once it runs. */
export const specialStepsDue = (
  when: Parameters<typeof isDue>[1],
  context: NodeContext,
  wanted: WantedInstance,
): Step<unknown>[] =>
  wanted.special.filter((name) => isDue(name, when)).map((name) => FACTORIES[name](context, wanted));
