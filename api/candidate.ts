import type { Request } from 'express';
import type { Configuration } from '../domain/configuration.ts';
import type { Problem } from '../domain/errors.ts';
import { placeholderWarnings } from '../domain/manifest.ts';
import { allocatePorts } from '../domain/ports.ts';
import { parseConfiguration } from '../domain/schemas/configuration.ts';
import { parseJson } from '../domain/schemas/strict-json.ts';
import { DEFAULT_VERSION } from '../domain/versions/versions.ts';
import type { Revision } from '../store/store.ts';
import type { ApiDependencies } from './dependencies.ts';
import { bodyText } from './request-input.ts';

/** A configuration that somebody wants, and that could be deployed as far as that can be told without a node. */
export interface Candidate {
  readonly configuration: Configuration;
  /** As it was sent, secrets masked. */
  readonly document: unknown;
  readonly warnings: readonly Problem[];
}

/**
 * Reads the body as the next configuration after `previous`, whose secrets masks stand for.
 * Throws `InvalidConfiguration` with every problem.
 */
export function readCandidate(
  request: Request,
  previous: Revision | undefined,
  { ownAddresses }: Pick<ApiDependencies, 'ownAddresses'>,
): Candidate {
  const { configuration, document, warnings } = parseConfiguration(
    parseJson(bodyText(request), 'InvalidConfiguration'),
    {
      ownAddresses: ownAddresses(),
      ...(previous === undefined ? {} : { previous: previous.configuration }),
    },
  );
  // Components that cannot share an address are found here, not on the node.
  allocatePorts(configuration, DEFAULT_VERSION);
  return { configuration, document, warnings: [...warnings, ...placeholderWarnings(configuration)] };
}
