import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';

interface StepView {
  readonly step: string;
  readonly round: number;
  readonly state: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly reasons: readonly string[];
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Of one that has been at work for some seconds. */
  readonly progress: {
    readonly doing: string;
    readonly forMs: number;
    readonly usualMs: number | null;
    readonly waitsFor: string | null;
  } | null;
}

/** The parts of `GET /runs/{n}` the demo shows. */
export interface RunView {
  readonly run: number;
  readonly state: string;
  readonly outcome: string | null;
  readonly reason: string | null;
  readonly temporal: string;
  /** Of one that is at work and has its plan. */
  readonly progress: { readonly remainingMs: number | null } | null;
  readonly nodes: readonly {
    readonly address: string;
    readonly planned: readonly unknown[];
    readonly steps: readonly StepView[];
  }[];
  readonly instances: readonly {
    readonly id: string;
    readonly address?: string;
    /** Of one that the plan knows. */
    readonly needs?: readonly { readonly component: string; readonly mode: 'any' | 'first' | 'all' }[];
    readonly steps: readonly StepView[];
  }[];
  readonly parked: readonly {
    readonly target: string;
    readonly step: string;
    readonly code: string;
    readonly message: string;
  }[];
}

/** The engine's documented API, used as any client would. */
export function createEngineClient(base: string, token = process.env['DEPLOYMENT_ENGINE_TOKEN']) {
  const caller: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const textOf = async (method: string, path: string, body?: unknown): Promise<string> => {
    const response = await fetch(`${base}/deployment-engine${path}`, {
      method,
      headers: { ...caller, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  };
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> =>
    JSON.parse(await textOf(method, path, body));
  const health = () => fetch(`${base}/deployment-engine/health`).catch(() => undefined);
  return {
    base,
    /** Any other request; rejects when it is refused. */
    call,
    /** Whether anything listens there. */
    answers: async (): Promise<boolean> => (await health()) !== undefined,
    configure: (configuration: unknown) => call('POST', '/config', configuration),
    deploy: async () => (await call('GET', '/deploy')) as { run: number; revision: number },
    run: async (run: number) => (await call('GET', `/runs/${run}`)) as RunView,
    /** The newest ones. */
    runs: async () => (await call('GET', '/runs')) as readonly { readonly run: number }[],
    credentials: async () => (await call('GET', '/credentials')) as { user: string; password: string },
    /** A log of `GET /download`, as it is now. */
    log: (name: string) => textOf('PUT', '/download', name),
    /** Resolves when the API answers healthy; rejects when `isOver` says the engine has ended. */
    ready: async (isOver: () => boolean): Promise<void> => {
      for (;;) {
        if ((await health())?.ok === true) return;
        if (isOver()) throw new Error('The engine ended before it was ready; its logs are in the data folder.');
        await wait(100);
      }
    },
  };
}

export type EngineClient = ReturnType<typeof createEngineClient>;
