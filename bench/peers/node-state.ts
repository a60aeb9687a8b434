import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { debian12 } from '../../domain/profiles/debian-12.ts';
import { onNode } from '../on-node.ts';
import { run } from './programs.ts';

/** What the peers check of a node, as far as they have words for it. */
export interface NodeState {
  /** Octal mode; `local`: a file of this machine with the content. */
  readonly files: readonly { readonly path: string; readonly mode: string; readonly local: string }[];
  readonly packages: readonly string[];
  readonly users: readonly {
    readonly name: string;
    readonly home: string;
    readonly shell: string;
    readonly groups: readonly string[];
  }[];
  /** A line of root's authorized_keys. */
  readonly key: string;
  /** Prints `as wanted`: every compiled package has the files it was made with, and every process runs. */
  readonly check: string;
}

// Files of jobs, of monit and its helpers, of apt, of the release; the same that a survey reads.
const FILES = `
  cd /
  for file in /var/vcap/bosh/etc/monitrc /var/vcap/bosh/bin/monit /var/vcap/bosh/bin/instance /var/vcap/bosh/bin/launch \\
    /etc/init.d/vcap-monit /var/lib/deployment-engine/apt/apt.conf /var/lib/deployment-engine/apt/sources.list \\
    /var/lib/deployment-engine/apt/keys/mirror.gpg /etc/apt/deployment-engine.gpg /etc/apt/sources.list \\
    /etc/apt/apt.conf.d/90deployment-engine /var/vcap/bosh/releases/*/release.MF; do [ ! -f "$file" ] || echo "$file"; done
  sed 's/^[0-9a-f]*  //' /var/vcap/bosh/instances/*/installed.sha256`;

// As deploys compare them: names, sizes, modes and times.
const CHECK = `cd /var/vcap/data/packages && for done in */*.done; do
    read -r digest <"$done"
    [ "$digest  -" = "$(cd "\${done%.done}" && find . -printf '%p %s %m %T@\\n' | LC_ALL=C sort | sha256sum)" ] || echo "$done"
  done
  cd /var/vcap/bosh/instances && /var/vcap/bosh/bin/instance statuses * | grep -v -e '^@@' -e ' running$' || echo as wanted`;

/** Reads a deployed node's state into a folder of this machine. */
export async function stateOf(address: string, folder: string, key: string): Promise<NodeState> {
  const listed = await onNode(address, `for file in $(${FILES}); do stat -L -c '%a %n' "$file"; done`);
  const modes = [
    ...new Map(
      listed
        .split('\n')
        .map((line) => line.split(' ') as [string, string])
        .map(([mode, path]) => [path, mode]),
    ),
  ];
  const paths = modes.map(([path]) => path);
  const archive = await onNode(
    address,
    'cd / && tar -chzf - "$@" | base64',
    paths.map((path) => path.slice(1)),
  );
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'files.tgz'), Buffer.from(archive, 'base64'));
  await run('tar', ['-xzf', 'files.tgz'], { cwd: folder });
  const groups = (await onNode(address, 'id -nG vcap')).split(' ').filter((name) => name !== 'vcap');
  const [, , , , , home = '', shell = ''] = (await onNode(address, 'getent passwd vcap')).split(':');
  const installed = (await onNode(address, `dpkg-query -W -f '\${Package}\\n' "$@"`, debian12.runtimePackages)).split(
    '\n',
  );
  return {
    files: modes.map(([path, mode]) => ({ path, mode: mode.padStart(4, '0'), local: join(folder, path) })),
    packages: installed,
    users: [{ name: 'vcap', home, shell, groups }],
    key,
    check: CHECK,
  };
}

/** Has root of a node accept a key besides its others. */
export const acceptKey = (address: string, line: string): Promise<string> =>
  onNode(
    address,
    'mkdir -p -m 0700 /root/.ssh && { grep -qxF "$1" /root/.ssh/authorized_keys || echo "$1" >>/root/.ssh/authorized_keys; }',
    [line],
  );
