import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import { instanceTag } from '../../domain/instance.ts';
import type { LogWanted } from '../../domain/run/log.ts';
import { phrase } from '../../domain/text/text.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import type { Revision } from '../../store/configurations/contract.ts';
import type { InstalledInstance } from '../../store/nodes/contract.ts';
import type { Store } from '../../store/store.ts';
import { newestRevisionOf } from '../access/newest-revision-of.ts';
import type { ActivityDependencies } from '../activity-dependencies.ts';
import { refusal } from '../boundary/boundary.ts';
import { withHeartbeat } from '../boundary/with-heartbeat.ts';
import { fitting, joinedLogs, listLogs, ownLogs, readLogs, type ShownLog } from './own-logs.ts';

/** How much of an instance's own logs is shown: the newest. */
const SHOWN_BYTES = 10 * 1024 ** 2;
/** A caller waits: a node that does not let us in or answer within this time counts as not answering. */
const ANSWER_MS = 7_000;
const READ_MS = 30_000;
const CHUNK = 64 * 1024;

type Sources = Pick<ActivityDependencies, 'logins'> & {
  readonly store: Pick<Store, 'configurations' | 'copies' | 'installed'>;
  readonly connections: Pick<ActivityDependencies['connections'], 'node'>;
};

/** Copies the newest of what an instance has logged itself from its node into the store. */
export function createCopyLog(deps: Sources) {
  const copy = createCopies(deps);
  return (wanted: LogWanted): Promise<void> => withHeartbeat(({ cancellationSignal: signal }) => copy(wanted, signal));
}

/** One log at a time is read and held, however many are asked for. */
export function createCopies(deps: Sources): (wanted: LogWanted, signal: AbortSignal) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return async ({ instance, copy }, signal) => {
    try {
      const session = await enter(deps, await installedAs(deps, instance));
      const logs = await logsOf(session, instance, signal);
      const turn = last.then(async () => {
        signal.throwIfAborted();
        await deps.store.copies.keep(copy, chunksOf(Buffer.from(await textOf(session, { instance, logs }, signal))));
      });
      last = turn.catch(() => undefined);
      await turn;
    } catch (error) {
      // No retries: a caller waits.
      throw isEngineError(error) && error.code !== 'StoreUnwritable' ? refusal(error) : error;
    }
  };
}

async function installedAs({ store }: Sources, instance: string): Promise<InstalledInstance> {
  const known = (await store.installed.all()).find(({ id }) => id === instance);
  if (known !== undefined) return known;
  throw new DeploymentEngineError(
    'LogNotFound',
    phrase('{instance} is not installed, so it has no log of its own', { instance }),
  );
}

async function enter(deps: Sources, { address, revision }: InstalledInstance): Promise<NodeSession> {
  const { configuration } = await revisionFor(deps, address, revision);
  const entering = deps.connections.node(address, await deps.logins.of(configuration, address), 'watcher');
  const late = wait(ANSWER_MS, undefined, { ref: false }).then(() => {
    throw new DeploymentEngineError(
      'NodeUnreachable',
      phrase('{address} does not let us in within {seconds} s', { address, seconds: ANSWER_MS / 1000 }),
    );
  });
  return Promise.race([entering, late]);
}

/** The newest that names the node, else the one it was installed by: its password is the one to show there. */
async function revisionFor({ store }: Sources, address: string, installedBy: number): Promise<Revision> {
  const { configurations } = store;
  const revision = (await newestRevisionOf(configurations, address)) ?? (await configurations.get(installedBy));
  if (revision !== undefined) return revision;
  throw new DeploymentEngineError(
    'LogNotFound',
    phrase('no configuration names {address} any more: its logs cannot be read', { address }),
  );
}

async function logsOf(session: NodeSession, instance: string, signal: AbortSignal): Promise<readonly ShownLog[]> {
  const { exitCode, stdout } = await session.read(listLogs(instanceTag(instance)), { timeoutMs: ANSWER_MS, signal });
  if (exitCode !== 3) return fitting(ownLogs(stdout), SHOWN_BYTES);
  throw new DeploymentEngineError(
    'LogNotFound',
    phrase('{instance} is not installed on {address}, so it has written no log there', {
      instance,
      address: session.address,
    }),
  );
}

interface Shown {
  readonly instance: string;
  readonly logs: readonly ShownLog[];
}

async function textOf(session: NodeSession, { instance, logs }: Shown, signal: AbortSignal): Promise<string> {
  if (logs.length === 0) return `${instance} has written nothing under /var/vcap/sys/log on ${session.address} yet\n`;
  const mark = randomBytes(16).toString('hex');
  const content = await session.read(readLogs(logs, mark), { timeoutMs: READ_MS, signal });
  return joinedLogs(logs, content.stdout, mark);
}

function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}
