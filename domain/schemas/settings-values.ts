import { z } from 'zod';
import { packed } from '../text/packed.ts';
import { phrase } from '../text/text.ts';
import { databaseUrlFault } from './database-url.ts';

/** Where a process listens or is reached. */
export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Ten years. A time that much further in the future could become a number that the store cannot give back. */
const MOST_DAYS = 3650;

/** `250ms`, `30s`, `15m`, `6h`, `1d` -> milliseconds. */
export const duration = z.string().transform((text, context) => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const time = match === null ? undefined : Number(match[1]) * (UNITS[match[2] ?? ''] ?? 0);
  if (time !== undefined && time <= MOST_DAYS * 86_400_000) return time;
  context.addIssue(
    time === undefined
      ? packed(phrase('"{text}" is not a duration such as 30s, 15m or 6h', { text }))
      : packed(phrase('"{text}" is longer than {most}d, the longest time there is', { text, most: MOST_DAYS })),
  );
  return z.NEVER;
});

/** `least` and `most` are written as durations, too. */
export const durationBetween = (least: string, most: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const { data: time } = duration.safeParse(text);
      if (time === undefined || (time >= duration.parse(least) && time <= duration.parse(most))) return;
      context.addIssue(packed(phrase('"{text}" is not a duration from {least} to {most}', { text, least, most })));
    })
    .pipe(duration);

/** `127.0.0.1:50000`, `[::1]:50000`, `engine.example:50000`. */
export const hostAndPort = z.string().transform((text, context): HostAndPort => {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  const host = match?.[1] ?? match?.[2];
  if (host !== undefined && port <= 65_535) return { host, port };
  context.addIssue(packed(phrase('"{text}" is not host:port, such as 127.0.0.1:50000', { text })));
  return z.NEVER;
});

/** A port; the two after it are used as well, so it cannot be the highest. */
export const port = wholeNumber(1, 65_533);

export function wholeNumber(least: number, most: number) {
  return z.string().transform((text, context) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    context.addIssue(packed(phrase('"{text}" is not a whole number from {least} to {most}', { text, least, most })));
    return z.NEVER;
  });
}

/** `a, b` -> `['a', 'b']`. */
export const list = z.string().transform((text): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);

/** As sockets write it, since it is compared with theirs. */
const address = z
  .union([z.ipv4(), z.ipv6()], {
    error: ({ input }) => packed(phrase('"{input}" is not an IP address such as 10.0.0.5', { input: String(input) })),
  })
  .transform((text) => (text.includes(':') ? new URL(`http://[${text}]`).hostname.slice(1, -1) : text));

export const addresses = list.pipe(z.array(address));

/** Addresses, and networks such as `10.244.0.0/16`. */
export const networks = list.pipe(
  z.array(
    z.union([address, z.cidrv4(), z.cidrv6()], {
      error: ({ input }) =>
        packed(
          phrase('"{input}" is no IP address such as 10.0.0.5 and no network such as 10.244.0.0/16', {
            input: String(input),
          }),
        ),
    }),
  ),
);

export const text = z.string().min(1);

/** Becomes part of workflow ids. */
export const clusterName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'is not a name of lower-case letters, digits and dashes');

/** A web origin as browsers send it: `https://portal.example:8443`. */
export const origins = list.pipe(
  z.array(z.string().regex(/^https?:\/\/[^/\s]+$/, 'is not an origin such as https://portal.example')),
);

/** Asked by programs, so it may have a path. */
export const httpUrl = z
  .string()
  .refine(
    (given) => URL.canParse(given) && /^https?:$/.test(new URL(given).protocol),
    'is not a URL such as https://vendor.example/activate',
  );

/** `127.0.0.1:8233`, or a URL, without a slash at its end. */
export const hostAndPortOrUrl = z.string().transform((given, context): HostAndPort | string => {
  if (!/^https?:\/\//.test(given)) {
    const parsed = hostAndPort.safeParse(given);
    if (parsed.success) return parsed.data;
  } else if (URL.canParse(given)) return given.replace(/\/$/, '');
  context.addIssue(
    packed(phrase('"{given}" is neither host:port nor a URL such as https://cloud.temporal.io', { given })),
  );
  return z.NEVER;
});

export const masterKey = z.string().regex(/^[0-9a-fA-F]{64}$/, 'is not 64 hex digits');

/** Its faults are told without its text, which holds a password. */
export const databaseUrl = z.string().superRefine((text, context) => {
  const fault = databaseUrlFault(text);
  if (fault !== undefined) context.addIssue(fault);
});
