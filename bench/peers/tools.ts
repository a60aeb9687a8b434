import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { onNode } from '../on-node.ts';
import { run } from './programs.ts';

const PYINFRA = '3.10.0';
const ANSIBLE = '2.19.14';
/** What ansible needs on a node, beside what Debian 12 has at least. */
const DEBS =
  `distro-info-data libcom-err2 libexpat1 libgssapi-krb5-2 libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 libnsl2
  libpython3-stdlib libpython3.11-minimal libpython3.11-stdlib libsqlite3-0 libtirpc-common libtirpc3 media-types
  python-apt-common python3 python3-apt python3-minimal python3.11 python3.11-minimal`.split(/\s+/);

export interface Tools {
  /** Folder of the programs. */
  readonly bin: string;
  readonly versions: string;
}

/** pyinfra and ansible-core in a virtual environment in the cache, made when it is not there. */
export async function installTools(cache: string): Promise<Tools> {
  const folder = join(cache, 'peers', `pyinfra-${PYINFRA}-ansible-${ANSIBLE}`);
  const bin = join(folder, 'bin');
  if (!existsSync(join(bin, 'ansible-playbook'))) {
    await run('python3', ['-m', 'venv', folder]);
    await run(join(bin, 'pip'), ['install', '-q', `pyinfra==${PYINFRA}`, `ansible-core==${ANSIBLE}`]);
  }
  return { bin, versions: `pyinfra ${PYINFRA}, ansible-core ${ANSIBLE}, ${await run('python3', ['--version'])}` };
}

/** Brings python to test nodes that have none: from this machine's apt, because they reach no other. */
export async function bringPython(addresses: readonly string[], folder: string): Promise<void> {
  const has = (address: string): Promise<boolean> =>
    onNode(address, `python3 -c 'import apt' 2>/dev/null && echo yes || true`).then((said) => said === 'yes');
  const lacking: string[] = [];
  for (const address of addresses) if (!(await has(address))) lacking.push(address);
  if (lacking.length === 0) return;
  await run('apt-get', ['download', '-qq', ...DEBS], { cwd: folder });
  const archive = await run('sh', ['-c', 'tar -czf - *.deb | base64 -w 0'], { cwd: folder });
  // In pieces, since a command line holds only so much; twice, since some must be there before others are unpacked.
  const pieces = archive.match(/.{1,100000}/g) ?? [];
  for (const address of lacking) {
    await onNode(address, 'rm -rf /root/debs && mkdir /root/debs');
    for (const piece of pieces) await onNode(address, `printf %s "$1" >>/root/debs/all`, [piece]);
    await onNode(
      address,
      'cd /root/debs && base64 -d all | tar -xzf - && { dpkg -i *.deb; dpkg -i *.deb; } >/dev/null 2>&1; rm -rf /root/debs',
    );
  }
}
