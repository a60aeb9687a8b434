import type { Configuration } from '../../../domain/configuration.ts';
import { allocatePorts } from '../../../domain/manifest/allocate-ports.ts';
import { manifestFor, type ManifestRequest } from '../../../domain/manifest/manifest.ts';
import { Secret } from '../../../domain/secret.ts';
import { v160 } from '../../../domain/versions/v160.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import { v194 } from '../../../domain/versions/v194.ts';
import { configurationWith, DOCUMENT, instancesIn } from '../document-example.ts';

export const secrets = new Map(
  [v160, v170, v194].flatMap((version) => version.secrets).map((name) => [name, new Secret(name, `value-of-${name}`)]),
);

export const manifestOf = (id: string, configuration: Configuration, request: Partial<ManifestRequest> = {}) => {
  const instances = request.instances ?? instancesIn(configuration);
  const instance = instances.find((candidate) => candidate.id === id);
  if (instance === undefined) throw new Error(`no ${id}`);
  const ports = allocatePorts(configuration, request.version ?? v170);
  return manifestFor({ configuration, instances, instance, version: v170, secrets, ports, ...request });
};

export const documented = configurationWith(DOCUMENT.components);
