import type { ReleaseJob } from '../../domain/release/release.ts';

/** A job that declares these properties, without templates or packages. */
export const releaseJob = (name: string, ...properties: string[]): ReleaseJob => ({
  name,
  version: '1',
  fingerprint: name,
  archive: { sha256: '', size: 0 },
  packages: [],
  templates: {},
  properties: Object.fromEntries(properties.map((each) => [each, {}])),
});
