import { z } from 'zod';
import { LogParameters } from '../../log-socket/log-request.ts';
import { logNames } from '../bodies/engine.ts';
import { named } from '../bodies/named.ts';
import type { Operations } from '../operation.ts';
import { ENTERING } from './shared.ts';

const TEXT = { 'html/text': z.string() } as const;
const { run, from, stream, until, format } = LogParameters.shape;

const logName = named(
  'LogName',
  'A name of the list: raw, as a JSON string, or in braces: `{ "local.log" }`.',
  z.string(),
);

export const LOG_OPERATIONS: Operations = {
  'GET /log': {
    id: 'readLog',
    tag: 'Logs',
    summary: 'The log as it grows, over WebSocket',
    description:
      'One text frame is one line, `[nats_0] 14:03:22 start nats: running`; with `format=json` it is a `LogFrame`. The last line of a run is `... deploy 7 OK`, `FAILED (why)`, `INCOMPLETE (what)`, `CANCELLED`, `SUPERSEDED (run 8)`, `TERMINATED` or `ABANDONED`. What a client sends is ignored; frames over 4 kB close with 1009. Where lines are no longer kept, the first frame says `gap: a-b`. A plain request is refused; a page that a browser has opened from a file gets one line that says why, and 1008.',
    query: {
      run: {
        schema: run,
        description: 'Number of a run. Default: the current run, else the end of the last one, then what follows.',
      },
      from: { schema: from, description: 'The first line is the one after this.' },
      stream: { schema: stream, description: 'Only this stream: `local`, an address, an instance such as `nats_0`.' },
      until: { schema: until, description: '`end`: closes when the run ends.' },
      format: { schema: format, description: 'Frames as HTML text, as they are, or as JSON.' },
    },
    answers: { 101: { description: 'Frames follow.', headers: ['Upgrade'] } },
    problems: ['RunNotFound', 'LogNotFound'],
  },
  'GET /download': {
    id: 'getLogNames',
    tag: 'Logs',
    summary: 'The names of all logs',
    answers: { 200: { description: 'A JSON list of names.', content: { 'html/text': logNames } } },
  },
  'PUT /download': {
    id: 'getLogText',
    tag: 'Logs',
    summary: 'The text of a log',
    description:
      'Secrets are masked. Ranges of bytes work. `nats_0.run.log` is fetched from its node, four such at the same time; 32 more wait for 20 s at most, all others get 429.',
    headers: {
      Range: 'One range of bytes: `bytes=100-`.',
      'If-Range': 'The `ETag` of what the caller has the beginning of.',
    },
    body: { isRequired: true, content: { 'text/plain': logName, 'application/json': logName } },
    answers: {
      200: { description: 'The whole text.', content: TEXT, headers: ['ETag', 'Accept-Ranges'] },
      206: { description: 'A part of it.', content: TEXT, headers: ['ETag', 'Accept-Ranges', 'Content-Range'] },
    },
    problems: ['LogNotFound', 'RangeNotSatisfiable', ...ENTERING, 'NoWorker'],
  },
};
