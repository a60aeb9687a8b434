import type { ClusterContexts } from '../cluster/cluster-contexts.ts';
import type { DamagedFile } from '../domain/damaged-file.ts';
import type { Limits } from '../domain/plan/plan.ts';
import type { Mirror } from '../mirror/mirror.ts';
import type { Connections } from '../ssh/connections.ts';
import type { KeyedCommand } from '../ssh/node-session.ts';
import type { Visit } from '../ssh/visit.ts';
import type { LogWriter } from '../store/log/log-writer.ts';
import type { EngineIdentity } from '../store/secrets/contract.ts';
import type { Store } from '../store/store.ts';
import type { Logins } from './access/login.ts';
import type { Sightings } from './checks/known.ts';

/** Everything the activities act through; the worker gives the real ones. */
export interface ActivityDependencies {
  /** Its name: the id of its workflow is made from it. */
  readonly cluster: string;
  readonly engine: EngineIdentity;
  readonly store: Store;
  readonly log: LogWriter;
  readonly connections: Connections;
  readonly logins: Logins;
  /** What earlier looks have kept of each node. */
  readonly sightings: Sightings;
  /** For one look that pins no host key. */
  readonly visit: () => Visit;
  /** Names a command on its node, so that it can be stopped from outside. */
  readonly commandKey: (request: KeyedCommand) => string;
  readonly mirror: Mirror;
  /** sha256 of the release to deploy; undefined = the mirror's default at the time. */
  readonly release: string | undefined;
  readonly contexts: ClusterContexts;
  readonly limits: Limits;
  /** Files of this engine that are not as its package has them. */
  readonly damagedFiles: () => Promise<readonly DamagedFile[]>;
  /** Where the engine keeps what it needs on its own machine. */
  readonly folders: readonly string[];
}
