import { z } from 'zod';
import { keysOnce, readInput } from '../http/request-input.ts';

/** The query of `GET /log`. */
export const LogParameters = z.strictObject({
  run: z.string().optional(),
  from: z
    .string()
    .regex(/^\d{1,15}$/, 'is not the number of a line')
    .transform(Number)
    .optional(),
  stream: z.string().min(1).max(100).optional(),
  until: z.literal('end').optional(),
  format: z.enum(['html', 'raw', 'json']).default('html'),
});

/** What a reader of the log asked for. */
export type LogRequest = z.output<typeof LogParameters>;

/** Reads the query of `GET /log`; throws `InvalidRequest`. */
export const parseLogRequest = (query: URLSearchParams): LogRequest => readInput(LogParameters, keysOnce(query));
