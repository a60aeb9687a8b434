/** What the files of a folder may import, their own folder aside. Default of each: nothing. */
export interface Imports {
  readonly folders?: readonly string[];
  /** Folders of which types may be imported. */
  readonly types?: readonly string[];
  /** Single files of folders that are closed otherwise. */
  readonly files?: readonly string[];
  readonly packages?: readonly string[];
  /** Default: true. */
  readonly hasNode?: boolean;
}

const TEMPORAL_WORKFLOW = ['@temporalio/workflow', '@temporalio/common'];
const TEMPORAL_ACTIVITY = ['@temporalio/activity', '@temporalio/common'];
const TEMPORAL_CLIENT = ['@temporalio/client', '@temporalio/common'];

/** Who may import whom; the narrowest row of a file counts. The linter refuses everything else. */
export const MAY_IMPORT: Readonly<Record<string, Imports>> = {
  domain: { hasNode: false },
  'domain/schemas': { packages: ['zod', 'ipaddr.js', 'fastest-levenshtein'], hasNode: false },
  cluster: { folders: ['domain', 'release'], types: ['store'], packages: ['yaml'] },
  workflows: { folders: ['domain'], types: ['activities'], packages: TEMPORAL_WORKFLOW, hasNode: false },
  activities: {
    folders: ['domain', 'cluster'],
    types: ['ssh', 'release', 'mirror', 'store', 'distribution'],
    packages: TEMPORAL_ACTIVITY,
  },
  ssh: { folders: ['domain'], packages: ['ssh2'] },
  release: { folders: ['domain'], packages: ['tar-stream', 'yaml', 'zod'] },
  rendering: {
    folders: ['domain', 'cluster', 'release'],
    packages: ['commander', 'zod', '@ruby/3.4-wasm-wasi', '@ruby/wasm-wasi', '@bjorn3/browser_wasi_shim'],
  },
  mirror: { folders: ['domain', 'release'], packages: ['commander', 'tar-stream', 'pino'] },
  activation: { folders: ['domain', 'distribution'], types: ['store'], packages: ['commander', 'zod'] },
  store: { folders: ['domain'], packages: ['kysely'] },
  'store/postgres': { folders: ['domain', 'store'], packages: ['kysely', 'pg'] },
  api: {
    folders: ['activation', 'domain', 'cluster', 'release', 'rendering', 'store', 'distribution', 'temporal'],
    types: ['workflows', 'activities'],
    files: ['workflows/messages.ts', 'mirror/mirror.ts', 'mirror/location.ts', 'mirror/releases/engine-release.ts'],
    packages: [...TEMPORAL_CLIENT, 'express', 'helmet', 'negotiator', 'pino', 'prom-client', 'ws', 'zod'],
  },
  worker: {
    folders: [
      'domain',
      'cluster',
      'workflows',
      'activities',
      'ssh',
      'release',
      'mirror',
      'store',
      'distribution',
      'temporal',
    ],
    packages: ['@temporalio/worker', '@temporalio/client', '@temporalio/common', 'pino', 'prom-client'],
  },
  distribution: { folders: ['domain'], packages: ['tar-stream', 'commander'] },
  temporal: { folders: ['domain'], packages: ['@temporalio/client', '@temporalio/envconfig', '@temporalio/proto'] },
  server: {
    folders: ['domain', 'distribution', 'temporal'],
    packages: ['commander', 'pino'],
  },
  sample: { folders: ['domain', 'release'], packages: ['commander', 'tar-stream', 'yaml'] },
  cli: {
    folders: ['activation', 'distribution', 'domain', 'store'],
    files: ['mirror/mirror.ts', 'mirror/location.ts', 'server/data-folder-lock.ts'],
    packages: ['commander', 'tar-stream'],
  },
  bench: {
    folders: ['domain', 'cluster', 'activities', 'ssh', 'release', 'rendering', 'mirror', 'store', 'sample', 'cli'],
    files: ['api/candidate/dry-run.ts'],
    packages: ['@temporalio/client', 'commander', 'ssh2'],
  },
};
