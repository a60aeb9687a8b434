import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, ClientChannel } from 'ssh2';
import { connectionLost } from '../node-errors.ts';
import { type Keepalive, keepAlive } from './keepalive.ts';
import { createKeptShells, type KeptShells, type ShellWaits } from './kept-shells.ts';
import type { Ending, RemoteProcess } from './remote-process.ts';
import { createSlots } from './slots.ts';

/** sshd allows ten sessions per connection; some are left for other uses. */
const CHANNELS = 6;
/** Milliseconds and number of retries: sshd counts a session until it has reaped its process, shortly after its end. */
const BUSY_PAUSE_MS = 50;
const BUSY_TRIES = 200;
/** After this many retries the server really allows few sessions, and lasting ones give way. */
const PATIENT_TRIES = 20;

/** An open connection. */
export interface Connection {
  readonly account: string;
  /** Undefined: no shell is kept. */
  readonly shells: KeptShells | undefined;
  /** A lasting process has a channel of its own and ends when the connection is retired. */
  execute(commandLine: string, options?: { readonly isLasting?: boolean }): Promise<RemoteProcess>;
  isOpen(): boolean;
  /** Closes once nothing uses it. */
  retire(): void;
  /** Closes now; its users get `ConnectionLost`. */
  end(): void;
}

interface ConnectionOptions {
  /** How long root's shells wait for the next program; undefined = a shell for each program. */
  readonly keepShells: ShellWaits | undefined;
  /** A connection that nothing has used for so long closes: its node may have left the cluster. */
  readonly idleMs: number;
  readonly keepalive: Keepalive;
  /** Called once it is closed, by whichever side. */
  readonly onClose: () => void;
}

export function createConnection(
  address: string,
  client: Client,
  account: string,
  { keepShells, idleMs, keepalive, onClose }: ConnectionOptions,
): Connection {
  const slots = createSlots(CHANNELS);
  const ended = new AbortController();
  const lasting = new Set<RemoteProcess>();
  let users = 0;
  let opening = 0;
  let retired = false;
  let refused = 0;
  let idle: NodeJS.Timeout | undefined;
  // A waiting shell holds a channel and a session of the server, so it may stay only while nobody else needs one.
  const mayWait = (): boolean => !retired && !slots.isShort() && refused === 0;
  const shells = keepShells === undefined ? undefined : createKeptShells(keepShells, mayWait);

  // A shell that waits is in use, but nobody waits for it.
  keepAlive(client, keepalive, () => users > (shells?.waiting() ?? 0) || opening > 0);
  client.on('error', () => {}); // the close that follows is what counts
  client.on('close', () => {
    clearTimeout(idle);
    ended.abort();
    onClose();
  });

  const retire = (): void => {
    retired = true;
    shells?.close();
    if (users === 0) client.end();
  };

  /** To be called whenever something has begun or ended to use it. */
  const noteUse = (): void => {
    clearTimeout(idle);
    if (users > 0 || opening > 0 || lasting.size > 0 || ended.signal.aborted) return;
    // Retired, so that whoever comes while it closes gets another.
    idle = setTimeout(retire, idleMs);
  };
  noteUse();

  const openChannel = async (commandLine: string, { isLasting }: { readonly isLasting: boolean }) => {
    let isRefused = false;
    const makeRoom = (tries: number): void => {
      if (!isRefused) refused += 1;
      isRefused = true;
      shells?.close();
      if (!isLasting && tries === PATIENT_TRIES) lasting.forEach((each) => each.close());
    };
    opening += 1;
    noteUse();
    try {
      return await openWhenFree(client, commandLine, { lost: ended.signal, makeRoom });
    } catch (error) {
      throw connectionLost(address, 'open a channel', error);
    } finally {
      opening -= 1;
      noteUse();
      if (isRefused) refused -= 1;
    }
  };

  const leave = (): void => {
    users -= 1;
    noteUse();
    if (retired && users === 0) client.end();
  };

  return {
    account,
    shells,
    isOpen: () => !ended.signal.aborted && !retired,
    async execute(commandLine, { isLasting = false } = {}) {
      if (isLasting) {
        const remote = await openChannel(commandLine, { isLasting });
        lasting.add(remote);
        noteUse();
        void remote.ended.then(() => {
          lasting.delete(remote);
          noteUse();
        });
        return remote;
      }
      users += 1;
      noteUse();
      const giveBack = await slots.take();
      const release = (): void => {
        giveBack();
        leave();
      };
      try {
        const remote = await openChannel(commandLine, { isLasting });
        void remote.ended.then(release);
        return remote;
      } catch (error) {
        release();
        throw error;
      }
    },
    retire,
    end() {
      client.end();
      client.destroy();
    },
  };
}

interface Opening {
  readonly lost: AbortSignal;
  /** Called whenever the server refuses a channel: ends waiting shells, and what can be started again later. */
  readonly makeRoom: (tries: number) => void;
}

async function openWhenFree(client: Client, commandLine: string, { lost, makeRoom }: Opening): Promise<RemoteProcess> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await open(client, commandLine, lost);
    } catch (error) {
      if (tries === BUSY_TRIES || !isOpenFailure(error)) throw error;
      makeRoom(tries);
      await sleep(BUSY_PAUSE_MS);
    }
  }
}

/** The server refused the channel, so nothing was started. */
const isOpenFailure = (error: unknown): boolean => typeof (error as { readonly reason?: unknown }).reason === 'number';

const open = (client: Client, commandLine: string, lost: AbortSignal): Promise<RemoteProcess> =>
  new Promise((resolve, reject) => {
    if (lost.aborted) return reject(new Error('The connection is closed'));
    client.exec(commandLine, (error, channel) => {
      if (error === undefined) resolve(remoteProcess(channel, lost));
      else reject(error);
    });
  });

function remoteProcess(channel: ClientChannel, lost: AbortSignal): RemoteProcess {
  const ended = Promise.withResolvers<Ending>();
  let ending: Ending = { exitCode: undefined, signal: undefined };
  channel.on('exit', (code: number | null, signal?: string) => {
    ending = { exitCode: code ?? undefined, signal };
  });
  channel.on('close', () => ended.resolve(ending));
  // The exit code may come before the last output, so it counts only after a proper close.
  const onLost = (): void => ended.resolve({ exitCode: undefined, signal: undefined });
  lost.addEventListener('abort', onLost, { once: true });
  void ended.promise.then(() => lost.removeEventListener('abort', onLost));
  return {
    stdin: channel.stdin,
    stdout: channel,
    stderr: channel.stderr,
    ended: ended.promise,
    close: () => channel.close(),
  };
}
