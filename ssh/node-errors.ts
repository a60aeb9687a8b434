import { DeploymentEngineError } from '../domain/errors.ts';
import { phrase, type Text } from '../domain/text/text.ts';

export const timedOut = (node: string, title: string, timeoutMs: number): DeploymentEngineError =>
  new DeploymentEngineError(
    'CommandTimedOut',
    phrase('{node} did not end within {timeoutMs} ms: {title}', { node, timeoutMs, title }),
    {
      details: { node, title, timeoutMs },
    },
  );

export const connectionLost = (node: string, title: string, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError(
    'ConnectionLost',
    phrase('The connection to {node} was lost during: {title}', { node, title }),
    {
      details: { node, title },
      cause,
    },
  );

export const protocolError = (node: string, title: string, message: Text): DeploymentEngineError =>
  new DeploymentEngineError('NodeProtocolError', phrase('{node}, {title}: {message}', { node, title, message }), {
    details: { node, title },
  });

export const superseded = (node: string, generation: number, run: number): DeploymentEngineError =>
  new DeploymentEngineError(
    'Superseded',
    phrase(
      '{node} belongs to the newer run {run} (generation {generation}) of this engine; cancel this run and deploy again',
      { node, run, generation },
    ),
    {
      details: { node, generation, run },
    },
  );

export const duplicateController = (node: string, owner: string): DeploymentEngineError =>
  new DeploymentEngineError(
    'DuplicateController',
    phrase(
      '{node} is owned by another engine ({owner}); when that engine is gone for good, POST /deployment-engine/hosts/adopt takes the node over',
      { node, owner },
    ),
    {
      details: { node, owner },
    },
  );

export const claimDamaged = (node: string): DeploymentEngineError =>
  new DeploymentEngineError(
    'ClaimDamaged',
    phrase(
      '{node} does not say whose it is: /var/lib/deployment-engine/owner and fence are damaged, as after a power cut. When no other engine works on it, take it over with POST /deployment-engine/hosts/adopt and deploy again',
      { node },
    ),
    { details: { node } },
  );

export const commandDamaged = (node: string, title: string): DeploymentEngineError =>
  new DeploymentEngineError(
    'ChecksumMismatch',
    phrase('The command arrived damaged on {node} and was not run: {title}', { node, title }),
    {
      details: { node, title },
    },
  );
