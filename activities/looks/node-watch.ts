import type { CpuReading, InstanceStatus } from '../../domain/instance-status.ts';
import { instanceTag } from '../../domain/instance.ts';
import type { Dialogue, NodeSession } from '../../ssh/node-session.ts';
import { isRunning, isStopped } from '../checks/process-status.ts';
import { LOOK_MS, type Looked, rowsOf, seen } from './look-at-instances.ts';
import { lookWhenAsked } from './look-program.ts';
import { type NodeLook, parseLook, withoutGone } from './node-look.ts';

/** After this many glances without news the instances are read anyway. */
const GLANCES = 11;
/** The same while something does not run: monit's words may not change for a process in a crash loop. */
const GLANCES_IN_TROUBLE = 1;
/** How long one program is used: accounts and passwords may have changed since it logged in. */
const DIALOGUE_MS = 600_000;

/** Looks at one node again and again, through one program that stays on the node. */
export interface NodeWatch {
  look(own: Looked): Promise<InstanceStatus[]>;
  /** The next look needs no login. */
  isOpen(): boolean;
  close(): void;
}

export function createNodeWatch(engine: string, enter: () => Promise<Pick<NodeSession, 'openDialogue'>>): NodeWatch {
  let dialogue: { readonly with: Dialogue; readonly since: number } | undefined;
  let last: (Pick<NodeLook, 'signature' | 'pids' | 'instances'> & { readonly names: string }) | undefined;
  let glances = 0;
  let cpu: CpuReading | undefined;
  let isOver = false;

  const isOld = (): boolean => dialogue !== undefined && performance.now() - dialogue.since > DIALOGUE_MS;
  const close = (): void => {
    dialogue?.with.close();
    dialogue = undefined;
  };

  const ask = async (words: string): Promise<NodeLook> => {
    if (isOld()) close();
    const isNew = dialogue === undefined;
    const current = dialogue ?? {
      with: await (await enter()).openDialogue(lookWhenAsked(engine)),
      since: performance.now(),
    };
    dialogue = current;
    // The watch has ended meanwhile: a program that nobody asks would stay on the node, and keep its connection.
    if (isOver) close();
    try {
      return parseLook(await current.with.ask(words, LOOK_MS));
    } catch (error) {
      close();
      // The node may have rebooted, or the connection may have passed to another account; a new program will show.
      if (isNew || isOver) throw error;
      return ask(words);
    }
  };

  /** Instances are read when something has changed, and now and then. */
  const lookNow = async (names: string): Promise<NodeLook> => {
    if (last?.names === names && glances < (isWell(last.instances) ? GLANCES : GLANCES_IN_TROUBLE)) {
      const glance = await ask(['glance', ...last.pids.values()].join(' '));
      glances += 1;
      if (glance.signature === last.signature) return { ...glance, instances: withoutGone(last.instances, glance) };
    }
    const full = await ask(`full ${names}`);
    const { signature, pids, instances } = full;
    // A copy, since parts of a text keep all of it in memory.
    last = structuredClone({ signature, pids, instances, names });
    glances = 0;
    return full;
  };

  return {
    look: (own) =>
      seen(own, async () => {
        const look = await lookNow(own.map(({ id }) => instanceTag(id)).join(' '));
        const rows = rowsOf(own, look, cpu);
        ({ cpu } = look);
        return rows;
      }),
    isOpen: () => dialogue !== undefined && !isOld(),
    close: () => {
      isOver = true;
      close();
    },
  };
}

const isWell = (instances: NodeLook['instances']): boolean =>
  [...instances.values()].every((facts) => facts.processes.length === 0 || isRunning(facts) || isStopped(facts));
