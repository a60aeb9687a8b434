import type { Request } from 'express';
import type { Configuration, MaskedSecret } from '../../domain/configuration.ts';
import type { Problem } from '../../domain/errors.ts';
import { placeholderWarnings } from '../../domain/manifest/manifest.ts';
import { parseConfiguration } from '../../domain/schemas/configuration.ts';
import { readJson } from '../../domain/schemas/strict-json.ts';
import type { Revision } from '../../store/configurations/contract.ts';
import type { ApiDependencies } from '../api-dependencies.ts';
import { bodyText } from '../http/request-input.ts';

/** A configuration that somebody wants, and that could be deployed as far as that can be told without a node. */
export interface Candidate {
  readonly configuration: Configuration;
  /** As it was sent, secrets masked. */
  readonly document: unknown;
  /** Secrets its sender need not know. */
  readonly masked: readonly MaskedSecret[];
  readonly warnings: readonly Problem[];
}

type Surroundings = Pick<ApiDependencies, 'ownAddresses' | 'ownNetworks' | 'settings'>;

/**
 * Reads the body as the next configuration after `previous`, whose secrets masks stand for.
 * Throws `InvalidConfiguration` with every problem, else `TemplateError` with every problem of the release's templates.
 */
export async function readCandidate(
  request: Request,
  previous: Revision | undefined,
  dependencies: Surroundings & Pick<ApiDependencies, 'dryRun'>,
): Promise<Candidate> {
  const candidate = parseCandidate(request, previous, dependencies);
  // What no node could make of the configuration is found here, not on the node.
  const found = await dependencies.dryRun(candidate.configuration);
  return { ...candidate, warnings: [...candidate.warnings, ...found] };
}

/** As `readCandidate`, without the templates. */
export function parseCandidate(
  request: Request,
  previous: Revision | undefined,
  { ownAddresses, ownNetworks, settings }: Surroundings,
): Candidate {
  const { value, respelled } = readJson(bodyText(request), 'InvalidConfiguration');
  const { warnings, ...parsed } = parseConfiguration(value, {
    respelled,
    ownAddresses: ownAddresses(),
    mirrorAddresses: settings.mirrorAddresses,
    ownNetworks: ownNetworks(),
    ...(previous === undefined ? {} : { previous: previous.configuration }),
  });
  return { ...parsed, warnings: [...warnings, ...placeholderWarnings(parsed.configuration)] };
}
