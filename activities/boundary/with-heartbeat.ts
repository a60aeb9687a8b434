import { Context } from '@temporalio/activity';
import { inOwnLanguage } from '../../domain/text/own-language.ts';
import type { Text } from '../../domain/text/text.ts';

const BEAT_MS = 1000;

/** Sends heartbeats to Temporal while the work lasts, with what it is doing: the Web UI shows that. */
export async function withHeartbeat<Result>(
  work: (context: Context) => Promise<Result>,
  text: () => Text | undefined = () => undefined,
): Promise<Result> {
  const context = Context.current();
  const beat = (): void => {
    const words = text();
    context.heartbeat(words === undefined ? undefined : inOwnLanguage(words));
  };
  const heart = setInterval(beat, BEAT_MS);
  try {
    return await work(context);
  } finally {
    clearInterval(heart);
  }
}
