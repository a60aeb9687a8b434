import type { ComponentName } from './components.ts';
import { DeploymentEngineError } from './errors.ts';
import type { Secret } from './secret.ts';
import { phrase } from './text/text.ts';

/** The posted document after parsing: every component present, switches as booleans, secrets wrapped. */
export interface Configuration {
  /** Addresses per component, in the posted order; empty where the cluster does not hold the component. */
  readonly components: Readonly<Record<ComponentName, readonly string[]>>;
  readonly properties: {
    readonly domain: string;
    /** The control machine's address, where nodes reach the mirror. */
    readonly home: string;
    /** GB the disk of `/` must exceed when `checkDisk` is set. */
    readonly diskSize: number;
    readonly checkDisk: boolean;
    readonly addUser: boolean;
    /** The account we connect and install as; jobs always run as vcap. */
    readonly user: string;
    readonly password: Secret;
    readonly rootPassword: Secret;
  };
  /** Components this cluster does not hold but uses. */
  readonly external: {
    readonly nats: readonly string[];
    /** Of the cluster that holds them; default: the one this engine generated. */
    readonly natsPassword?: Secret;
  };
}

/** A secret that was sent as the mask: the stored one is meant. */
export type MaskedSecret = 'password' | 'rootPassword';

/** Every address of the cluster once, in order of first appearance. */
export const addressesOf = ({ components }: Configuration): string[] => [...new Set(Object.values(components).flat())];

export const hasAddress = ({ components }: Configuration, address: string): boolean =>
  Object.values(components).some((addresses) => addresses.includes(address));

export const configMissing = (): DeploymentEngineError =>
  new DeploymentEngineError(
    'ConfigMissing',
    phrase('no configuration was posted; POST /deployment-engine/config comes first'),
  );
