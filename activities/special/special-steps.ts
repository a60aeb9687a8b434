import type { NodeContext, WantedInstance } from '../../cluster/node-context.ts';
import { isDue, type SpecialStepName } from '../../domain/manifest/special-steps.ts';
import type { Step } from '../../domain/step.ts';
import { containerHost } from './container-host.ts';
import { databaseRoles } from './database-roles.ts';
import { englishLocale } from './english-locale.ts';
import { etcdStore } from './etcd-store.ts';
import { frontCertificate } from './front-certificate.ts';
import { lowPorts } from './low-ports.ts';
import { nfsExport } from './nfs-export.ts';
import { nfsMount } from './nfs-mount.ts';
import { nfsServes } from './nfs-serves.ts';
import { LOCKED_MEMORY, OPEN_FILES, raisedLimit } from './raised-limit.ts';
import { sharedMemory } from './shared-memory.ts';
import { syslogDaemon } from './syslog/syslog-daemon.ts';
import { syslogOptions } from './syslog/syslog-options.ts';
import { syslogReceiver } from './syslog/syslog-receiver.ts';
import { systemNames } from './system-names.ts';
import { vcapHome } from './vcap-home.ts';

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
  nfsServes,
  databaseRoles: (_context, wanted) => databaseRoles(wanted),
};

/** The special steps of an instance that are due before it starts, or once it runs. */
export const specialStepsDue = (
  when: Parameters<typeof isDue>[1],
  context: NodeContext,
  wanted: WantedInstance,
): Step<unknown>[] =>
  wanted.special.filter((name) => isDue(name, when)).map((name) => FACTORIES[name](context, wanted));
