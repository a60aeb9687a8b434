import { type ComponentName, COMPONENTS } from '../../domain/components.ts';
import type { Configuration } from '../../domain/configuration.ts';
import type { LogLine, NewLogLine } from '../../domain/run/log.ts';
import { Secret } from '../../domain/secret.ts';
import type { RunStart } from '../../store/runs/contract.ts';
import type { Store } from '../../store/store.ts';

export function configuration(
  components: Partial<Record<ComponentName, readonly string[]>> = { nats: ['10.0.0.1'] },
  { password = 'first password', rootPassword = 'root password' } = {},
): Configuration {
  const none = Object.fromEntries(COMPONENTS.map((name) => [name, []])) as unknown as Configuration['components'];
  return {
    components: { ...none, ...components },
    properties: {
      domain: 'cf.test',
      home: '10.0.0.254',
      diskSize: 10,
      checkDisk: true,
      addUser: true,
      user: 'vcap',
      password: new Secret('password', password),
      rootPassword: new Secret('root_password', rootPassword),
    },
    external: { nats: [] },
  };
}

export const runStart = (temporalRunId: string, start: Partial<RunStart> = {}): RunStart => ({
  operation: 'deploy',
  revision: 1,
  release: 'aa'.repeat(32),
  workflowId: 'cluster/cf',
  temporalRunId,
  ...start,
});

export const line = (text: string, stream = 'nats_0'): NewLogLine => ({
  stream,
  node: '10.0.0.1',
  step: 'connect',
  level: 'info',
  line: text,
});

export const FROM_NATS = { stream: 'nats_0', node: '10.0.0.1', step: 'installJob' };

/** Opens a run and returns its number. */
export const beginRun = async (store: Store, temporalRunId = 'run'): Promise<number> =>
  (await store.runs.begin(runStart(temporalRunId))).number;

export const allLines = (store: Store, run: number): Promise<readonly LogLine[]> =>
  store.log.read(run, { from: 0, limit: 1_000_000 });

export const texts = (lines: readonly LogLine[]): string[] => lines.map((one) => one.line);

/** 1, 2, 3 ... count. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);
