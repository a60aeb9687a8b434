import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { sourceBuildAct } from '../../../activities/packages/source-build.ts';
import { WORK } from '../../../activities/packages/work-folder.ts';
import { debian12 } from '../../../domain/profiles/debian-12.ts';
import type { SourceBuild } from '../../../domain/profiles/source-build.ts';
import { parseSettings } from '../../../domain/schemas/settings.ts';
import { mirrorRoot } from '../../../mirror/location.ts';
import { createMirrorServer } from '../../../mirror/serve/serve.ts';
import * as cluster from '../../integration/test-cluster.ts';

const [NODE] = cluster.CLUSTER as [string, ...string[]];

/** A test node with the toolchain of its own system, from the mirror. */
export async function prepareBuilder(): Promise<void> {
  await cluster.nodes('down', '--wipe');
  await cluster.nodes('up', '1');
  const mirror = createMirrorServer(mirrorRoot(parseSettings(process.env))).listen(0, cluster.HOME);
  await once(mirror, 'listening');
  const { port } = mirror.address() as AddressInfo;
  try {
    await cluster.onNode(
      NODE,
      `echo 'deb [trusted=yes] http://${cluster.HOME}:${port}/apt/${debian12.name} ./' >/etc/apt/sources.list
       rm -f /etc/apt/sources.list.d/*
       export DEBIAN_FRONTEND=noninteractive
       apt-get -qq update
       apt-get -qq -y --no-install-recommends install ${debian12.toolchainPackages.join(' ')} >/dev/null`,
    );
  } finally {
    mirror.close();
    mirror.closeAllConnections();
  }
}

export const removeBuilder = (): Promise<string> => cluster.nodes('down', '--wipe');

export interface Ended {
  readonly output: string;
  readonly hasFailed: boolean;
}

/**
 * Compiles on the node by the very commands of a deploy, puts it in place and has it do what such a build must; a build
 * without its last parts is only compiled. `sources`: path of each file on this machine.
 */
export async function buildOnNode(
  build: SourceBuild,
  sources: ReadonlyMap<string, string>,
  { isWhole }: { readonly isWhole: boolean },
): Promise<Ended> {
  const { compile, unpack } = sourceBuildAct(debian12, build);
  const work = `${WORK}/${build.name}`;
  await cluster.onNode(NODE, `rm -rf ${work} && mkdir -p ${work} /var/vcap/bosh/built`);
  for (const { source } of build.parts)
    await cluster.onNodeWith(sources.get(source.file) ?? '', NODE, `cat >${work}/${source.file}`);
  return run(`${compile.text}\necho installed\n${isWhole ? unpack.text : ''}`);
}

async function run(text: string): Promise<Ended> {
  const said = await cluster.onNode(
    NODE,
    `cat >/tmp/build.sh <<'END OF BUILD'\n${text}\nEND OF BUILD\nsh -e /tmp/build.sh 2>&1 || echo "ended with $?"`,
  );
  return { output: said.replace(/^ended with \d+$/m, ''), hasFailed: /^ended with \d+$/m.test(said) };
}
