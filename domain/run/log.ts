import { inOwnLanguage } from '../text/own-language.ts';
import type { Text } from '../text/text.ts';

/** `out` = a remote command's own output; the others are lines of the engine. */
export type LogLevel = 'info' | 'warn' | 'error' | 'out';

/** One stored line of a run. Numbers start at 1 per run and have no gap. */
export interface LogLine {
  readonly seq: number;
  /** UTC, milliseconds since the epoch, the engine's clock. */
  readonly time: number;
  /** 0 = outside any run. */
  readonly run: number;
  /** Instance tag (`nats_0`), node address, or `local`. */
  readonly stream: string;
  readonly node: string | undefined;
  readonly step: string | undefined;
  readonly level: LogLevel;
  /** Without newline or control characters, secrets masked. */
  readonly line: string;
}

/** Lines of a run that are not kept any more, both numbers included. */
export interface LogGap {
  readonly run: number;
  readonly from: number;
  readonly to: number;
}

/** A line as its writer gives it: the store adds number, time and masking. */
export type NewLogLine = Pick<LogLine, 'stream' | 'node' | 'step' | 'level' | 'line'>;

/** A line about the engine or a run as a whole, of no node and no step: `local.log` shows it. */
export const localLine = (line: Text, level: LogLevel = 'info'): NewLogLine => ({
  stream: 'local',
  node: undefined,
  step: undefined,
  level,
  line: inOwnLanguage(line),
});

/** `[nats_0] 14:03:22 start nats: running` */
export const formatLine = ({ stream, time, line }: Pick<LogLine, 'stream' | 'time' | 'line'>): string =>
  `[${stream}] ${new Date(time).toISOString().slice(11, 19)} ${line}`;

/** The one escape of Unicode controls, so that a line can never move a cursor or end a frame. */
export const stripControls = (text: string): string => text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/g, '');

/** What a copy of an instance's own log is asked for with. */
export interface LogWanted {
  /** Instance id. */
  readonly instance: string;
  /** Under which it is kept in the store, and asked for. */
  readonly copy: string;
}
