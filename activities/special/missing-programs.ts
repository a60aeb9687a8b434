import { DeploymentEngineError } from '../../domain/errors.ts';
import { phrase } from '../../domain/text/text.ts';

/** The packages of special steps are on the node by now, unless an operator skipped their step. */
export const missingPrograms = (address: string, names: readonly string[]): DeploymentEngineError =>
  new DeploymentEngineError(
    'ProgramMissing',
    phrase(
      '{address} lacks {programs}, which installRuntimePackages installs. Abort this or cancel the run, deploy again, and do not skip it.',
      {
        address,
        programs: names,
      },
    ),
  );
