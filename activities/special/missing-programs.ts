import { DeploymentEngineError } from '../../domain/errors.ts';

/** The packages of special steps are on the node by now, unless somebody has skipped their step. */
export const missingPrograms = (address: string, names: readonly string[]): DeploymentEngineError =>
  new DeploymentEngineError(
    'ProgramMissing',
    `${address} lacks ${names.join(', ')}, which installRuntimePackages installs. Deploy again without skipping it.`,
  );
