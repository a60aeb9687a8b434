import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShippedFile } from '../activities/node-context.ts';

const NODE = fileURLToPath(new URL('../node/', import.meta.url));
const NISE_BOSH = '/var/vcap/bosh/nise_bosh';

/** Our nise-bosh as it goes to every node, with a digest over all of it. */
export function readNiseBosh(): { readonly digest: string; readonly files: readonly ShippedFile[] } {
  const root = join(NODE, 'nise_bosh');
  const files = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => {
      const name = relative(root, file);
      return {
        path: `${NISE_BOSH}/${name}`,
        content: readFileSync(file, 'utf8'),
        mode: name.startsWith('bin/') ? '0755' : '0644',
      };
    });
  const hash = createHash('sha256');
  for (const { path, content } of files) hash.update(`${path}\n${content}\n`);
  return { digest: hash.digest('hex'), files };
}

// monit reads its configuration only when nobody else can write or read it.
const MONIT_FILES = [
  { name: 'monitrc', path: '/var/vcap/bosh/etc/monitrc', mode: '0700' },
  { name: 'monit', path: '/var/vcap/bosh/bin/monit', mode: '0755' },
  { name: 'instance', path: '/var/vcap/bosh/bin/instance', mode: '0755' },
  { name: 'vcap-monit', path: '/etc/init.d/vcap-monit', mode: '0755' },
];

export const readMonitFiles = (): ShippedFile[] =>
  MONIT_FILES.map(({ name, path, mode }) => ({ path, mode, content: readFileSync(join(NODE, 'monit', name), 'utf8') }));
