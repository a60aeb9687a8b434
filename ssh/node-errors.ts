import { DeploymentEngineError } from '../domain/errors.ts';

export const timedOut = (node: string, title: string, timeoutMs: number): DeploymentEngineError =>
  new DeploymentEngineError('CommandTimedOut', `${node} did not end within ${timeoutMs} ms: ${title}`, {
    details: { node, title, timeoutMs },
  });

export const connectionLost = (node: string, title: string, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError('ConnectionLost', `The connection to ${node} was lost during: ${title}`, {
    details: { node, title },
    cause,
  });

export const protocolError = (node: string, title: string, message: string): DeploymentEngineError =>
  new DeploymentEngineError('NodeProtocolError', `${node}, ${title}: ${message}`, { details: { node, title } });

export const superseded = (node: string, generation: number, run: number): DeploymentEngineError =>
  new DeploymentEngineError(
    'Superseded',
    `${node} belongs to the newer run ${run} (generation ${generation}) of this engine; cancel this run and deploy again`,
    {
      details: { node, generation, run },
    },
  );

export const duplicateController = (node: string, owner: string): DeploymentEngineError =>
  new DeploymentEngineError(
    'DuplicateController',
    `${node} is owned by another engine (${owner}); when that engine is gone for good, POST /deployment-engine/hosts/adopt takes the node over`,
    {
      details: { node, owner },
    },
  );

export const claimDamaged = (node: string): DeploymentEngineError =>
  new DeploymentEngineError(
    'ClaimDamaged',
    `${node} does not say whose it is: /var/lib/deployment-engine/owner and fence are damaged, as after a power cut. ` +
      'When no other engine works on it, take it over with POST /deployment-engine/hosts/adopt and deploy again',
    { details: { node } },
  );

export const commandDamaged = (node: string, title: string): DeploymentEngineError =>
  new DeploymentEngineError('ChecksumMismatch', `The command arrived damaged on ${node} and was not run: ${title}`, {
    details: { node, title },
  });
