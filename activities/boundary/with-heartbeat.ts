import { Context } from '@temporalio/activity';

const BEAT_MS = 1000;

/** Tells Temporal that this worker lives for as long as the work takes, and what it is at: the Web UI shows it. */
export async function withHeartbeat<Result>(
  work: (context: Context) => Promise<Result>,
  text: () => string | undefined = () => undefined,
): Promise<Result> {
  const context = Context.current();
  const heart = setInterval(() => context.heartbeat(text()), BEAT_MS);
  try {
    return await work(context);
  } finally {
    clearInterval(heart);
  }
}
