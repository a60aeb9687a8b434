import type { Command, CommandResult } from '../domain/command.ts';
import type { NodeSession, NodeStanding, Reader } from '../ssh/node-session.ts';
import { aborted } from './aborted.ts';

type Checked = Pick<CommandResult, 'exitCode' | 'stdout'> & NodeStanding;

/** A check that is made before and after a change, by one program: logging in costs a node more than most checks. */
export interface RepeatedCheck {
  /** `once` reads it by itself, where the program is not to be had. */
  read(command: Command, once: () => Promise<Checked>): Promise<Checked>;
  close(): void;
}

export function createRepeatedCheck(session: Pick<NodeSession, 'reader'>, signal: AbortSignal): RepeatedCheck {
  let open: { readonly text: string; readonly reader: Reader } | undefined;
  const close = (): void => {
    open?.reader.close();
    open = undefined;
  };
  const letIn = async (entering: Promise<Reader>): Promise<Reader> => {
    // One that comes in after everybody has let go is sent away.
    entering.then(
      (reader) => signal.aborted && reader.close(),
      () => {},
    );
    return Promise.race([entering, aborted(signal)]);
  };
  return {
    async read(command, once) {
      signal.throwIfAborted();
      if (open !== undefined && open.text !== command.text) return once();
      const isNew = open === undefined;
      try {
        open ??= { text: command.text, reader: await letIn(session.reader(command)) };
        return await Promise.race([open.reader.read(), aborted(signal)]);
      } catch (error) {
        close();
        if (isNew || signal.aborted) throw error;
        // The node may have been restarted, or the connection have been left to another account.
        return once();
      }
    },
    close,
  };
}
