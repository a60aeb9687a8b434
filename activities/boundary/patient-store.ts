import { setTimeout as wait } from 'node:timers/promises';
import { type DeploymentEngineError, isEngineError } from '../../domain/errors.ts';
import type { Store } from '../../store/store.ts';

const AGAIN_MS = 1_000;

interface Waiting {
  /** Told each time the store could not be written. */
  readonly onUnwritable: (error: DeploymentEngineError) => void;
  /** Aborted = nobody waits any more. */
  readonly signal?: AbortSignal;
}

/** Repeats the call without end while the store cannot be written. */
export async function untilWritable<Result>(
  act: () => Promise<Result>,
  { onUnwritable, signal }: Waiting,
): Promise<Result> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isEngineError(error, 'StoreUnwritable')) throw error;
      onUnwritable(error);
      await wait(AGAIN_MS, undefined, { signal });
    }
  }
}

/** A copy of a log is read in pieces, which cannot be read again. */
type PatientRooms = Partial<Omit<Store, 'copies'>> & { readonly copies?: never };

/** The store for work that has begun and must not fail because a disk is full: every call waits until it succeeds. */
export function patientStore<Rooms extends PatientRooms>(rooms: Rooms, waiting: Waiting): Rooms {
  const patient = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name): unknown {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) =>
          untilWritable(() => Reflect.apply(member, target, args) as Promise<unknown>, waiting);
      },
    });
  return Object.fromEntries(
    Object.entries(rooms).map(([name, room]) => [name, typeof room === 'object' ? patient(room) : room]),
  ) as Rooms;
}
