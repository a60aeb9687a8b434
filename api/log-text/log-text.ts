import { randomUUID } from 'node:crypto';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { instanceTag } from '../../domain/instance.ts';
import { formatLine } from '../../domain/run/log.ts';
import type { ByteRange, LogExtent } from '../../store/log/contract.ts';
import type { Store } from '../../store/store.ts';
import type { Turns } from '../http/turns.ts';
import type { ClusterClient } from '../temporal/cluster-client.ts';

/** The text of a log at this moment; it does not change while it is read. */
export interface LogText {
  readonly etag: string;
  /** Bytes. */
  size(): Promise<number>;
  read(range?: ByteRange): AsyncIterable<Buffer>;
  /** Whether the text with an earlier tag is the beginning of this one, so that ranges of both fit together. */
  continues(etag: string): boolean;
}

const PAGE = 5000;

/** Streams in the store, oldest line first. */
export async function storedText({ log }: Pick<Store, 'log'>, streams: readonly string[]): Promise<LogText> {
  const extent = await log.extent(streams);
  const read = (range?: ByteRange): AsyncGenerator<Buffer> => cut(pages(log, streams, extent), range);
  return {
    etag: etagOf(extent),
    async size() {
      let size = 0;
      for await (const page of read()) size += page.length;
      return size;
    },
    read,
    continues: (etag) => {
      const [, first, last] = /^"lines-(\d+)-(\d+)"$/.exec(etag) ?? [];
      return Number(first) === extent.first && Number(last) <= extent.last;
    },
  };
}

const etagOf = ({ first, last }: LogExtent): string => `"lines-${first}-${last}"`;

async function* pages(log: Store['log'], streams: readonly string[], { last }: LogExtent): AsyncGenerator<Buffer> {
  let after: { run: number; seq: number } | undefined;
  for (;;) {
    const lines = await log.file(streams, { limit: PAGE, last, ...(after === undefined ? {} : { after }) });
    if (lines.length > 0) yield Buffer.from(lines.map((line) => `${formatLine(line)}\n`).join(''));
    const end = lines.at(-1);
    if (end === undefined || lines.length < PAGE) return;
    after = { run: end.run, seq: end.seq };
  }
}

async function* cut(pieces: AsyncIterable<Buffer>, range?: ByteRange): AsyncGenerator<Buffer> {
  if (range === undefined) return yield* pieces;
  const { start, end } = range;
  let at = 0;
  for await (const piece of pieces) {
    const part = piece.subarray(Math.max(0, start - at), Math.max(0, end + 1 - at));
    if (part.length > 0) yield part;
    at += piece.length;
    if (at > end) return;
  }
}

/** What an instance has logged itself. */
export interface OwnLogTexts {
  /** Fetches it from its node; requests at the same time share one copy. Throws `TooManyRequests`, or why that fails. */
  fetch(instance: string): Promise<LogText>;
  /** The instance's copy that was fetched before, by its tag; undefined when it is no longer kept, or another's. */
  kept(instance: string, etag: string): Promise<LogText | undefined>;
}

const COPY = /^"copy-(\w+)-([0-9a-f-]{36})"$/;

interface OwnLogDependencies {
  readonly store: Pick<Store, 'copies'>;
  readonly cluster: Pick<ClusterClient, 'copyLog'>;
  /** Shared with everything else that has a worker log in to nodes. */
  readonly looks: Turns;
}

export function createOwnLogTexts({ store, cluster, looks }: OwnLogDependencies): OwnLogTexts {
  const underWay = new Map<string, Promise<string>>();

  const copyOf = async (instance: string): Promise<string> => {
    const copy = randomUUID();
    await looks(() => cluster.copyLog({ instance, copy }));
    return copy;
  };

  const kept = async (instance: string, copy: string): Promise<LogText | undefined> => {
    const size = await store.copies.size(copy);
    if (size === undefined) return undefined;
    const etag = `"copy-${instanceTag(instance)}-${copy}"`;
    return {
      etag,
      size: async () => size,
      read: (range) => store.copies.read(copy, range),
      continues: (other) => other === etag,
    };
  };

  return {
    async fetch(instance) {
      const copying = underWay.get(instance) ?? copyOf(instance).finally(() => underWay.delete(instance));
      underWay.set(instance, copying);
      const text = await kept(instance, await copying);
      if (text === undefined) throw new DeploymentEngineError('NoWorker', 'the worker left no log; ask again');
      return text;
    },
    async kept(instance, etag) {
      const [, of, copy] = COPY.exec(etag) ?? [];
      return copy === undefined || of !== instanceTag(instance) ? undefined : kept(instance, copy);
    },
  };
}
