import { z } from 'zod';
import { DeploymentEngineError } from '../domain/errors.ts';
import { inEnglish, phrase, type Text } from '../domain/text/text.ts';
import { refused } from './serial.ts';

const ANSWERS_WITHIN_MS = 5_000;
const MOST_CHARACTERS = 10_000;

const Answer = z.union([
  z.object({ accepted: z.literal(true) }),
  z.object({ accepted: z.literal(false), reason: z.string().max(500).optional() }),
]);

interface Question {
  readonly serial: string;
  /** Id of the engine. */
  readonly engine: string;
}

/**
 * Asks the vendor's server; docs/activation.md describes the protocol. Throws `InvalidRequest` where it does not accept the
 * serial, `NetworkDown` where it gives no answer.
 */
export async function askVendor(url: string, question: Question, withinMs = ANSWERS_WITHIN_MS): Promise<void> {
  const answer = await ask(url, question, withinMs).catch((cause: unknown) => {
    throw noAnswer(url, reasonOf(cause), cause);
  });
  if (answer.accepted) return;
  const { reason } = answer;
  throw refused(
    reason === undefined
      ? phrase("is not accepted by the vendor's server")
      : phrase("is not accepted by the vendor's server: {reason}", { reason }),
  );
}

async function ask(url: string, question: Question, withinMs: number): Promise<z.output<typeof Answer>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(question),
    // The serial goes where the operator said, and nowhere else.
    redirect: 'error',
    signal: AbortSignal.timeout(withinMs),
  });
  const text = await response.text();
  if (!response.ok) throw new NoAnswer(phrase('it answers {status}', { status: response.status }));
  const { data } = Answer.safeParse(parsed(text.slice(0, MOST_CHARACTERS)));
  if (data === undefined)
    throw new NoAnswer(
      phrase('its answer is not {example}', { example: '{"accepted": true} or {"accepted": false, "reason": "..."}' }),
    );
  return data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Thrown for an answer that decides nothing. */
class NoAnswer extends Error {
  readonly why: Text;

  constructor(why: Text) {
    super(inEnglish(why));
    this.why = why;
  }
}

const noAnswer = (url: string, reason: Text, cause: unknown): DeploymentEngineError =>
  new DeploymentEngineError(
    'NetworkDown',
    phrase(
      'Please ensure the network is enable! The activation server {origin} did not answer the question whether the serial is good: {reason}. Nothing was activated; try again when it is reachable.',
      { origin: new URL(url).origin, reason },
    ),
    { cause },
  );

/** Node hides the cause of what `fetch` could not do one level down. */
function reasonOf(error: unknown): Text {
  if (error instanceof NoAnswer) return error.why;
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it took too long';
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}
