import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ShippedFile } from '../cluster/node-context.ts';

const NODE = fileURLToPath(new URL('../node/', import.meta.url));

/** Our nise-bosh as every node gets it: one archive, and a digest over the names and contents of its files. */
export function readNiseBosh(): { readonly digest: string; readonly archive: Uint8Array } {
  const root = join(NODE, 'nise_bosh');
  const names = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  // The lines `sha256sum` prints on the node for the same files.
  const lines = names.toSorted().map((name) => `${sha256(readFileSync(join(root, name)))}  ./${name}\n`);
  const archive = execFileSync('tar', ['-czf', '-', '--owner=0', '--group=0', '--mode=u=rwX,go=rX', '-C', root, '.'], {
    maxBuffer: 64 * 1024 ** 2,
  });
  return { digest: sha256(lines.join('')), archive };
}

const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

// monit reads its configuration only when nobody else can read or write it.
const MONIT_FILES = [
  { name: 'monitrc', path: '/var/vcap/bosh/etc/monitrc', mode: '0700' },
  { name: 'monit', path: '/var/vcap/bosh/bin/monit', mode: '0755' },
  { name: 'instance', path: '/var/vcap/bosh/bin/instance', mode: '0755' },
  { name: 'launch', path: '/var/vcap/bosh/bin/launch', mode: '0755' },
  { name: 'vcap-monit', path: '/etc/init.d/vcap-monit', mode: '0755' },
];

export const readMonitFiles = (): ShippedFile[] =>
  MONIT_FILES.map(({ name, path, mode }) => ({ path, mode, content: readFileSync(join(NODE, 'monit', name), 'utf8') }));
