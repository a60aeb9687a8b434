import type { InstanceInputs } from '../domain/manifest/input-changes.ts';
import type { Manifest } from '../domain/manifest/manifest.ts';
import type { Release, ReleasePackage } from '../domain/release/release.ts';
import type { EngineIdentity } from '../store/secrets/contract.ts';
import type { Store } from '../store/store.ts';
import type { InstanceSources } from './instance-inputs.ts';
import type { ShippedFile } from './node-context.ts';

/** What the contexts are made of besides configuration and release. */
export interface ContextSources {
  readonly engine: EngineIdentity;
  readonly store: Store;
  readonly mirror: { release(sha256: string): Promise<Release | undefined>; aptKey(): Promise<Uint8Array> };
  readonly shipped: {
    readonly runnerFile: string;
    readonly niseBosh: { readonly digest: string; readonly archive: Uint8Array };
    readonly monitFiles: readonly ShippedFile[];
  };
  readonly mirrorUrl: (home: string) => string;
  /** Parts of other folders that turn a manifest into bytes and digests. */
  readonly render: {
    manifestYaml(manifest: Manifest): string;
    releaseManifest(release: Release): string;
    inputs(sources: InstanceSources): InstanceInputs;
    inputsFile(inputs: InstanceInputs): { readonly text: string; readonly fingerprint: string };
    generateSecret(name: string, options: { readonly domain: string }): string;
  };
  packageKey(each: ReleasePackage): string;
}
