/** The engine's refusal in its own words: one line per problem. */
class Refused extends Error {}

/** Thrown when nothing answers at the engine's address. */
export class EngineNotReached extends Error {}

/** Calls the engine's documented API; `body` is sent as it is. */
export async function callEngine(base: string, method: 'GET' | 'POST', path: string, body?: string): Promise<unknown> {
  const url = `${base}/deployment-engine${path}`;
  const answer = await fetch(url, { method, ...(body === undefined ? {} : { body }) }).catch((cause: unknown) => {
    throw new EngineNotReached(`No engine answers at ${base}: start ./DeploymentEngineServer`, { cause });
  });
  const document: unknown = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(problemText(document as Problem, answer.status));
  return document;
}

interface Problem {
  readonly title?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[];
}

function problemText({ title, detail, errors = [] }: Problem, status: number): string {
  const lines = errors.map(({ pointer, message }) => `  ${pointer || '/'}: ${message}`);
  return [title ?? `The engine answered ${status}`, ...(lines.length > 0 ? lines : [`  ${detail ?? ''}`])].join('\n');
}
