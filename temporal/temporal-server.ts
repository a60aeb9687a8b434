import { statSync } from 'node:fs';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { DeploymentEngineError } from '../domain/errors.ts';
import { hostAndPort } from '../domain/schemas/settings-values.ts';
import { SETTINGS } from '../domain/schemas/settings-table.ts';
import { authority, type Environment, type Settings } from '../domain/schemas/settings.ts';

/** What the engine's own server has. */
export const OWN_NAMESPACE = 'default';

/** A Temporal server, and how it is spoken to. */
export interface TemporalServer {
  /** `host:port`, a part of `connection` too. */
  readonly address: string;
  readonly namespace: string;
  /** As Temporal's clients and workers take it. */
  readonly connection: {
    readonly address: string;
    readonly tls?: NonNullable<ReturnType<typeof loadClientConnectConfig>['connectionOptions']['tls']>;
    readonly apiKey?: string;
    readonly metadata?: Record<string, string>;
  };
}

type Given = Pick<Settings, 'temporalAddress' | 'temporalPort' | 'temporalConfigFile' | 'temporalProfile'>;

/** Where the engine's own Temporal server is. */
export function ownServer({ temporalPort }: Pick<Given, 'temporalPort'>): TemporalServer {
  const address = `127.0.0.1:${temporalPort}`;
  return { address, namespace: OWN_NAMESPACE, connection: { address } };
}

/**
 * The Temporal server that Temporal's own environment configuration names: `TEMPORAL_ADDRESS` and what goes with it, or a profile
 * of its configuration file. Undefined = none is named, so the engine has its own. A file at its usual place counts only where
 * file or profile is named: what somebody keeps there for other programs must not move an engine. Throws `InvalidSettings`.
 */
export function givenServer(settings: Given, env: Environment): TemporalServer | undefined {
  const { temporalAddress, temporalConfigFile, temporalProfile } = settings;
  const fromFile = temporalConfigFile !== undefined || temporalProfile !== undefined;
  if (temporalAddress === undefined && !fromFile) return undefined;
  if (temporalConfigFile !== undefined) refuseMissing(temporalConfigFile);
  const { connectionOptions, namespace } = configured(fromFile, env);
  const address = addressOf(connectionOptions.address, temporalConfigFile);
  const { tls, apiKey, metadata } = connectionOptions;
  return {
    address,
    namespace: namespace ?? OWN_NAMESPACE,
    connection: {
      address,
      ...(tls === undefined || tls === null ? {} : { tls }),
      ...(typeof apiKey === 'string' ? { apiKey } : {}),
      ...(metadata === undefined ? {} : { metadata: metadata as Record<string, string> }),
    },
  };
}

/** The one that a program of the engine speaks to. Throws `InvalidSettings`. */
export const temporalServer = (settings: Given, env: Environment): TemporalServer =>
  givenServer(settings, env) ?? ownServer(settings);

function configured(fromFile: boolean, env: Environment): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig({ disableFile: !fromFile, configFileStrict: true, overrideEnvVars: filledIn(env) });
  } catch (cause) {
    throw invalid(`the settings of Temporal cannot be used: ${(cause as Error).message}`, cause);
  }
}

/** As for our own settings, an empty variable is none. */
const filledIn = (env: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined || value === '' ? [] : [[name, value]])),
  );

// Temporal's own reader takes a file that is not there for an empty one.
function refuseMissing(file: string): void {
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    throw invalid(`${SETTINGS.temporalConfigFile.variable}: ${file} does not exist`);
}

function addressOf(given: string | undefined, file: string | undefined): string {
  const { variable } = SETTINGS.temporalAddress;
  if (given === undefined)
    throw invalid(
      `${variable}: neither set nor an address of that profile in ${file ?? "Temporal's configuration file"}`,
    );
  const parsed = hostAndPort.safeParse(given);
  if (!parsed.success) throw invalid(`${variable}: "${given}" is not host:port, such as temporal.example:7233`);
  return authority(parsed.data);
}

const invalid = (message: string, cause?: unknown): DeploymentEngineError =>
  new DeploymentEngineError('InvalidSettings', message, { cause });
