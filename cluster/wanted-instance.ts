import { specialSettings } from '../domain/manifest/special-settings.ts';
import { visibleProperties } from '../domain/manifest/visible-properties.ts';
import { Secret } from '../domain/secret.ts';
import type { ClusterParts, ComposedInstance } from './compose-cluster.ts';
import { manifestToYaml } from './manifest-yaml.ts';
import type { WantedInstance } from './node-context.ts';

/** A composed instance as the steps see it: its manifest is a secret. */
export function wantedInstance(
  { manifest, ...composed }: ComposedInstance,
  { release, version }: Pick<ClusterParts, 'release' | 'version'>,
): WantedInstance {
  return {
    ...composed,
    settings: specialSettings(manifest.properties),
    // Lazy: a survey needs no text, and writing hundreds takes seconds.
    get manifest() {
      return new Secret('manifest', manifestToYaml(manifest));
    },
    naming(address) {
      const names = composed.jobs.map(({ name }) => name);
      const properties = Object.entries(visibleProperties(manifest.properties, names, release, version));
      return properties.filter(([, value]) => isNamedIn(JSON.stringify(value), address)).map(([name]) => name);
    },
  };
}

/** Also within a longer text, as `http://10.0.0.1:8080` is; 10.0.0.1 is not in 10.0.0.12. */
const isNamedIn = (text: string, address: string): boolean =>
  text.split(address).some((before, index, parts) => {
    const after = parts[index + 1];
    return after !== undefined && !/[\d.]$/.test(before) && !/^\.?\d/.test(after);
  });
