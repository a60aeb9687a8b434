interface OperatorCommand {
  /** The program's file, relative to the engine's folder. */
  readonly program: string;
  readonly does: string;
}

/** Commands of `./DeploymentEngineServer NAME ...`; `npm run NAME -- ...`, where there is one, runs the same file. */
export const COMMANDS: Readonly<Record<string, OperatorCommand>> = {
  engine: { program: 'server/main.ts', does: 'all of the engine; the same without a word' },
  gateway: { program: 'server/roles/gateway.ts', does: 'run a gateway alone, beside others (docs/production.md)' },
  worker: { program: 'server/roles/worker.ts', does: 'run a worker alone' },
  mirror: { program: 'server/roles/mirror.ts', does: 'run a mirror alone' },
  plan: { program: 'cli/plan.ts', does: 'show what a deploy would do, and why' },
  token: { program: 'cli/token.ts', does: 'make, list and revoke access tokens' },
  'install-service': {
    program: 'distribution/service/install.ts',
    does: 'have systemd start the engine at boot, as an account of its own',
  },
  'uninstall-service': { program: 'distribution/service/uninstall.ts', does: 'undo that; data stays' },
  activate: { program: 'cli/activate.ts', does: 'activate the engine with a serial' },
  backup: { program: 'cli/backup.ts', does: 'save what the engine remembers in one file' },
  restore: { program: 'cli/restore.ts', does: 'make a data folder from such a file' },
  render: {
    program: 'rendering/render-command.ts',
    does: 'render every file of a cluster, without an engine or nodes',
  },
};
