import { formatLine } from '../domain/log.ts';
import { instanceId, instanceTag } from '../domain/instance.ts';
import type { Store } from '../store/store.ts';

/** A downloadable log: its name, and the streams whose lines it holds. */
export interface LogFile {
  readonly name: string;
  readonly streams: readonly string[];
}

const PAGE = 5000;

/** `local.log`, then a log per instance that ever had a number; it holds the lines of its node as well. */
export async function logFiles({ nodes }: Store): Promise<readonly LogFile[]> {
  const numbers = await nodes.numbers();
  return [
    { name: 'local.log', streams: ['local'] },
    ...numbers.map(({ component, number, address }) => {
      const tag = instanceTag(instanceId(component, number));
      return { name: `${tag}.log`, streams: [tag, address] };
    }),
  ];
}

/** The log's text in pieces, oldest line first. */
export async function* logText({ log }: Store, { streams }: LogFile): AsyncGenerator<Buffer> {
  let after: { run: number; seq: number } | undefined;
  for (;;) {
    const lines = await log.file(streams, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    if (lines.length > 0) yield Buffer.from(lines.map((line) => `${formatLine(line)}\n`).join(''));
    const last = lines.at(-1);
    if (last === undefined || lines.length < PAGE) return;
    after = { run: last.run, seq: last.seq };
  }
}

/** The log's name as clients send it: raw, as a JSON string, or in the document's braces. */
export const requestedName = (body: string): string | undefined =>
  /^\s*\{?\s*"?\s*([^"{}\s]+)\s*"?\s*\}?\s*$/.exec(body)?.[1];
