import { DeploymentEngineError } from '../../domain/errors.ts';

export const configMissing = (): DeploymentEngineError =>
  new DeploymentEngineError('ConfigMissing', 'no configuration was posted; POST /deployment-engine/config comes first');
