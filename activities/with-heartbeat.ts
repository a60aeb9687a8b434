import { Context } from '@temporalio/activity';

const BEAT_MS = 1000;

/** Tells Temporal that this worker lives for as long as the work takes. */
export async function withHeartbeat<Result>(work: (context: Context) => Promise<Result>): Promise<Result> {
  const context = Context.current();
  const heart = setInterval(() => context.heartbeat(), BEAT_MS);
  try {
    return await work(context);
  } finally {
    clearInterval(heart);
  }
}
