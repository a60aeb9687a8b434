import { speakAfter, type StepWork, timeOf, workLine } from '../../domain/run/step-work.ts';
import { firstNamed } from '../../domain/text/joined.ts';
import type { Text } from '../../domain/text/text.ts';
import type { LogWriter } from '../../store/log/log-writer.ts';
import type { Store } from '../../store/store.ts';
import { speakRegularly } from '../progress/speak-regularly.ts';
import { createStepLog } from '../progress/step-log.ts';

/** Reports a look at several nodes: which of them it waits for, and how long it took once all have answered. */
export interface LookReport {
  /** Resolves as `look` does. */
  at<Found>(address: string, look: Promise<Found>): Promise<Found>;
  /** What it is doing, in words; undefined at first. */
  text(): Text | undefined;
  /** It is over; `isWhole`: every node has answered. */
  done(isWhole: boolean): Promise<void>;
  /** Nothing more is told. */
  stop(): void;
}

interface Looking {
  readonly store: Pick<Store, 'times'>;
  readonly log: LogWriter;
  readonly run: number;
  readonly name: 'survey' | 'verify' | 'ask';
  readonly addresses: readonly string[];
  /** Default: that of people who watch. */
  readonly after?: ((lastedMs: number) => number) | undefined;
}

/** The nodes that it still waits for. */
const NAMED = 2;
/** The Web UI need not know sooner. */
const KEEP_AFTER_MS = 3_000;

const DOING: Readonly<Record<Looking['name'], string>> = {
  survey: 'looking for what is to be done',
  verify: 'asking monit',
  ask: 'asking what is installed',
};

export function createLookReport({ store, log, run, name, addresses, after = speakAfter }: Looking): LookReport {
  const since = Date.now();
  const time = timeOf.look(name, addresses.length);
  const stepLog = createStepLog(log, { run, stream: 'local', node: undefined, step: name });
  const pending = new Map<string, number>();
  let work: StepWork = { doing: DOING[name], since };
  // Information only: that the store cannot be read is reported where it matters.
  void store.times.usual([time]).then(
    (known) => {
      const usualMs = known.get(time);
      if (usualMs !== undefined) work = { ...work, usualMs };
    },
    () => undefined,
  );
  const line = (): Text => workLine(work, firstNamed([...pending.keys()], NAMED), Date.now());
  const stop = speakRegularly(after, () => {
    if (pending.size > 0) stepLog.write('info', line());
  });
  return {
    async at(address, look) {
      pending.set(address, (pending.get(address) ?? 0) + 1);
      try {
        return await look;
      } finally {
        const left = (pending.get(address) ?? 1) - 1;
        if (left > 0) pending.set(address, left);
        else pending.delete(address);
      }
    },
    text: () => (Date.now() - since < KEEP_AFTER_MS || pending.size === 0 ? undefined : line()),
    async done(isWhole) {
      if (isWhole) await store.times.note(time, Date.now() - since).catch(() => undefined);
    },
    stop,
  };
}
