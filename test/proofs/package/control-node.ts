import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as cluster from '../../integration/test-cluster.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export const FOLDER = '/opt/deployment-engine';
/** What systemd needs beyond a test node's packages. */
const SYSTEMD = `systemd libsystemd-shared dmsetup libapparmor1 libargon2-1 libcryptsetup12 libdevmapper1.02.1 libfdisk1
  libip4tc2 libjson-c5 libkmod2 libseccomp2`;

/** A test node has an init of its own, which keeps ssh; below it starts systemd in a process tree and control groups of its own. */
const BOOT_SCRIPT = `#!/bin/sh
[ "$1" = start ] || exit 0
unshare --mount --pid --fork --kill-child --cgroup sh -c '
  mount -t proc proc /proc && mount -t tmpfs -o mode=755 tmpfs /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup &&
  exec env -i container=test-node PATH=$PATH /lib/systemd/systemd --log-target=console
' >/var/log/systemd.log 2>&1 </dev/null &
`;

/** Turns a test node into a machine that systemd boots: without network, npm and git. */
export async function installSystemd(address: string): Promise<void> {
  const folder = temporaryFolder();
  execFileSync('apt-get', ['-qq', 'download', ...SYSTEMD.split(/\s+/)], { cwd: folder, stdio: 'ignore' });
  const archive = join(folder, 'packages.tar');
  execFileSync('tar', ['-cf', archive, ...readdirSync(folder)], { cwd: folder });
  await cluster.onNodeWith(
    archive,
    address,
    `mkdir /tmp/packages && tar -C /tmp/packages -xf - && dpkg -i /tmp/packages/*.deb >/dev/null 2>&1; rm -r /tmp/packages`,
  );
  const masked = ['ssh.service', 'getty.target', 'systemd-networkd.service', 'systemd-timesyncd.service'];
  await cluster.onNode(
    address,
    `printf '%s' '${BOOT_SCRIPT.replaceAll("'", String.raw`'\''`)}' >/etc/rc2.d/S99systemd
     chmod 755 /etc/rc2.d/S99systemd
     for unit in ${masked.join(' ')}; do ln -sf /dev/null /etc/systemd/system/$unit; done`,
  );
  await cluster.nodes('reboot', address);
}

/** Runs shell text as a service of that systemd would see the machine. */
export const underSystemd = (address: string, script: string): Promise<string> =>
  cluster.onNode(
    address,
    `systemd=$(pgrep -o -f '^/lib/systemd/systemd --log')
     nsenter --target "$systemd" --mount --pid sh -ec '${script.replaceAll("'", String.raw`'\''`)}'`,
  );

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks the engine on that node, which listens to its own machine alone; it has no curl. */
export async function ask(address: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const url = JSON.stringify(`http://127.0.0.1:50000/deployment-engine${path}`);
  const options = JSON.stringify({ method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const program = `fetch(${url},${options}).then(async (answer) => console.log(JSON.stringify({status: answer.status, body: await answer.json()})))`;
  return JSON.parse(await cluster.nodes('sh', address, `${FOLDER}/node_modules/.bin/node`, '-e', program)) as Answer;
}
