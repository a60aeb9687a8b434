import { expect, it } from 'vitest';
import { parseReleaseYaml } from '../../release/index/release-yaml.ts';
import { releaseManifest } from '../../release/release-manifest.ts';

const archive = { sha256: '', size: 0 };

it("keeps the release's own versions as texts, beside the fingerprints", () => {
  const text = releaseManifest({
    name: 'cf',
    version: '170',
    jobs: {
      nats: { name: 'nats', version: '24', fingerprint: 'b7', archive, packages: [], templates: {}, properties: {} },
    },
    packages: { ruby: { name: 'ruby', version: '0012', fingerprint: '629388', archive, dependencies: ['libyaml'] } },
  });
  expect(parseReleaseYaml(text)).toEqual({
    name: 'cf',
    version: '170',
    jobs: [{ name: 'nats', version: '24', fingerprint: 'b7' }],
    packages: [{ name: 'ruby', version: '0012', fingerprint: '629388', dependencies: ['libyaml'] }],
  });
});
