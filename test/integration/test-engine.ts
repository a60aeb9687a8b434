import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, closeSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PreflightReport } from '../../domain/node/preflight.ts';
import type { PlanPreview } from '../../domain/plan/plan-preview.ts';
import { createEngineClient, type RunView } from '../../sample/demo/engine-client.ts';
import { ACTIVATED_SETTINGS } from '../support/serials.ts';
import { freePorts } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { HOME } from './test-cluster.ts';

const SERVER = fileURLToPath(new URL('../../DeploymentEngineServer', import.meta.url));

type ProgramName = 'worker' | 'api' | 'mirror' | 'temporal';
const MARKS: Record<ProgramName, string> = {
  worker: '/worker/main.ts',
  api: '/api/main.ts',
  mirror: '/mirror/main.ts',
  temporal: '\0server\0start-dev',
};

type InstanceView = RunView['instances'][number];

/** What `GET /runs/{n}` tells beyond what the demo shows. */
export interface DeployView extends RunView {
  readonly instances: readonly (Omit<InstanceView, 'steps'> & {
    readonly address: string;
    readonly reasons: readonly string[];
    readonly steps: readonly (InstanceView['steps'][number] & {
      readonly startedAt: string;
      readonly endedAt: string | null;
    })[];
  })[];
}
type ParkedStep = RunView['parked'][number];
type Decision = { readonly action: 'retry' | 'skip' | 'abort'; readonly targets?: readonly string[] };

/** An engine as people start it, in a session of its own, on ports and in a folder of its own. */
export async function createTestEngine(dataDir: string) {
  const port = await freePorts(6);
  const base = `http://127.0.0.1:${port}`;
  const client = createEngineClient(base);
  const own = {
    DEPLOYMENT_ENGINE_DATA_DIR: dataDir,
    DEPLOYMENT_ENGINE_LISTEN: `127.0.0.1:${port}`,
    DEPLOYMENT_ENGINE_TEMPORAL_PORT: `${port + 1}`,
    DEPLOYMENT_ENGINE_TEMPORAL_UI_PORT: `${port + 4}`,
    DEPLOYMENT_ENGINE_MIRROR_LISTEN: `${HOME}:${port + 5}`,
    DEPLOYMENT_ENGINE_PATIENCE: '20s',
    ...ACTIVATED_SETTINGS,
  };
  let supervisor: ChildProcess | undefined;

  const pidOf = (name: ProgramName): number | undefined =>
    childrenOf(supervisor?.pid).find((pid) => read(`/proc/${pid}/cmdline`).includes(MARKS[name]));

  const engine = {
    ...client,
    temporalAddress: `127.0.0.1:${port + 1}`,
    pidOf,
    dataDir,
    /** As environment variables. */
    settings: own,

    /** With further settings, as environment variables; `machineId`: a file that stands in for this machine's id. */
    async start(settings: Readonly<Record<string, string>> = {}, machineId?: string): Promise<void> {
      const output = openSync(join(dataDir, 'output.txt'), 'a');
      // A test run that is killed takes its engine along.
      const elsewhere =
        machineId === undefined
          ? []
          : ['unshare', '-m', 'sh', '-c', 'mount --bind "$1" /etc/machine-id && shift && exec "$@"', '-', machineId];
      const child = spawn('setsid', ['setpriv', '--pdeathsig', 'TERM', ...elsewhere, SERVER], {
        env: { ...process.env, ...own, ...settings },
        stdio: ['ignore', output, output],
      });
      closeSync(output);
      supervisor = child;
      await client.ready(() => child.exitCode !== null);
    },

    /** SIGTERM; gives the exit code. */
    async stop(): Promise<number | null> {
      if (supervisor === undefined || !isRunning(supervisor)) return null;
      const exit = once(supervisor, 'exit');
      supervisor.kill('SIGTERM');
      const [code] = (await exit) as [number | null];
      return code;
    },

    /** kill -9 of one program; resolves when its successor runs. */
    async kill(name: ProgramName): Promise<void> {
      const pid = pidOf(name);
      if (pid === undefined) throw new Error(`${name} does not run`);
      process.kill(pid, 'SIGKILL');
      await until(() => ![undefined, pid].includes(pidOf(name)), `${name} runs again`);
    },

    /** kill -9 of the supervisor; resolves when nothing of it is left. */
    async killSupervisor(): Promise<void> {
      if (supervisor === undefined) throw new Error('the engine does not run');
      const children = childrenOf(supervisor.pid);
      supervisor.kill('SIGKILL');
      await until(() => children.every((pid) => read(`/proc/${pid}/cmdline`) === ''), 'its programs are gone');
    },

    status: async () => (await ask('GET', '/status')) as { Comp: string; Ip: string; Status: string; Age: number }[],
    /** What a deploy would do; with a configuration: what it would do with that one. */
    plan: async (candidate?: unknown) =>
      (await ask(candidate === undefined ? 'GET' : 'POST', '/plan', candidate)) as PlanPreview,
    /** What would stop or slow a deploy; with a configuration: of that one. */
    preflight: async (candidate?: unknown) =>
      (await ask(candidate === undefined ? 'GET' : 'POST', '/preflight', candidate)) as PreflightReport,
    hardware: async (query: string) =>
      (await ask('GET', `/hardware?${query}`)) as { Comp: string; DISK: number | null },
    /** The answer, whatever it is. */
    get: (path: string): Promise<Response> => fetch(`${base}/deployment-engine${path}`),
    resolve: (run: number, decision: Decision) => ask('POST', `/runs/${run}/resolve`, decision),
    cancel: (run: number) => ask('POST', `/runs/${run}/cancel`),

    /** The run as soon as a claim about it holds; the gateway may be away meanwhile. */
    async runWhen(run: number, what: string, claim: (view: DeployView) => boolean, withinMs = 120_000) {
      let view: DeployView | undefined;
      const holds = async (): Promise<boolean> => {
        view = (await client.run(run).catch(() => view)) as DeployView | undefined;
        return view !== undefined && claim(view);
      };
      await until(holds, what, withinMs).catch((error: Error) => {
        throw new Error(`${error.message}; run ${run} is ${view === undefined ? 'unknown' : summaryOf(view)}`);
      });
      return view as DeployView;
    },

    /** The run when it has ended. */
    ended: (run: number, withinMs?: number) =>
      engine.runWhen(run, `run ${run} ends`, ({ outcome }) => outcome !== null, withinMs),

    /** The only step that is parked, as soon as nothing works any more. */
    async parked(run: number, withinMs: number): Promise<ParkedStep> {
      const { parked } = await engine.runWhen(run, 'it parks', ({ state }) => state === 'parked', withinMs);
      const [step] = parked;
      if (step === undefined || parked.length > 1) throw new Error(`parked: ${JSON.stringify(parked)}`);
      return step;
    },
  };

  async function ask(method: string, path: string, body?: unknown): Promise<unknown> {
    const response = await fetch(`${base}/deployment-engine${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  }

  return engine;
}

export type TestEngine = Awaited<ReturnType<typeof createTestEngine>>;

/** Every step of every node and instance, with its target. */
export const stepsOf = ({ nodes, instances }: DeployView) =>
  [
    ...nodes.map(({ address: target, steps }) => ({ target, steps })),
    ...instances.map(({ id: target, steps }) => ({ target, steps })),
  ].flatMap(({ target, steps }) => steps.map((step) => ({ ...step, target })));

const summaryOf = (view: DeployView): string => {
  const working = stepsOf(view).filter(({ state }) => state !== 'done' && state !== 'unchanged');
  const steps = working.map(({ target, step, state, error }) => `${target} ${step} ${state} ${error?.message ?? ''}`);
  return [view.outcome ?? view.state, view.reason ?? '', ...steps].join('\n  ');
};

const isRunning = ({ exitCode, signalCode }: ChildProcess): boolean => exitCode === null && signalCode === null;

function childrenOf(parent: number | undefined): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parent !== undefined)
    .filter((pid) => new RegExp(`^\\d+ \\(.*\\) [^Z] ${parent} `).test(read(`/proc/${pid}/stat`)))
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
