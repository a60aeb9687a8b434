import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ActivityDependencies } from '../../../activities/activity-dependencies.ts';
import { createNodePort } from '../../../activities/attempt/commands/node-port.ts';
import { untilTurn } from '../../../activities/builds/await-builds.ts';
import { buildArtefact, BuildAwaited, type BuildPace } from '../../../activities/builds/build-artefact.ts';
import { createBuilders } from '../../../activities/builds/builders.ts';
import type { WorkReport } from '../../../activities/progress/work-report.ts';
import { sh } from '../../../domain/command.ts';
import type { Act, BuildAct } from '../../../domain/step.ts';
import type { Mirror } from '../../../mirror/mirror.ts';
import type { NodeSession } from '../../../ssh/node-session.ts';
import { beginRun } from '../../store/samples.ts';
import { openSqlite, useFolders, useStores } from '../../store/stores.ts';
import { createLocalNode, type LocalNode } from '../../support/local-node.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { SILENT_REPORT } from '../progress/silent-report.ts';
import { dependencies, workplace } from '../workplace.ts';

export const KEY = 'package/nats/f-nats';
export const BUILDER = '10.0.0.1';
export const OTHER = '10.0.0.2';
export const PACE: BuildPace = { claim: 1_500, renew: 100, look: 20 };

const folders = useFolders();
const openStore = useStores(openSqlite);

export let deps: ActivityDependencies;
export let dataDir: string;
let nodes: LocalNode[];

beforeEach(async () => {
  dataDir = folders();
  deps = dependencies(await openStore({ dataDir }));
  await beginRun(deps.store);
  nodes = [];
});
afterEach(() => Promise.all(nodes.map((node) => node.remove())));

/** A node of its own that wants the artefact; everything it does for it is in its folder. */
export async function wanting(
  address: string,
  {
    builders = [BUILDER],
    session = {},
    signal = new AbortController().signal,
    compile = sh`true`,
    unpack = sh`true`,
    report = SILENT_REPORT,
  } = {} as {
    builders?: readonly string[];
    session?: Partial<NodeSession>;
    signal?: AbortSignal;
    compile?: BuildAct['compile'];
    unpack?: BuildAct['unpack'];
    report?: WorkReport;
  },
) {
  const node = createLocalNode();
  nodes.push(node);
  const folder = temporaryFolder();
  const work = await workplace(
    deps,
    { ...node.session, ...session },
    { place: { run: 1, address }, builders: createBuilders(builders), report, signal },
  );
  const port = createNodePort(work);
  await port.carryOut({ kind: 'installRunner' }, 0);

  const archive = join(folder, 'nats.tgz');
  const timeouts: (number | undefined)[] = [];
  const act: BuildAct = {
    kind: 'build',
    key: KEY,
    profile: 'debian-12',
    prepare: [{ act: { kind: 'command', command: sh`echo prepared >>${folder}/trace` } }],
    compile: sh`
      echo compiled >>${folder}/trace
      ${compile}
      mkdir -p ${folder}/out; echo from ${address} >${folder}/out/nats
      tar -czf ${archive}.new -C ${folder} out
      mv ${archive}.new ${archive}`,
    archive,
    unpack: sh`${unpack}; mkdir -p ${folder}/placed; tar -xzf ${archive} -C ${folder}/placed; rm ${archive}`,
  };
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  return {
    /** As a child workflow does: where another builds, the attempt ends, and a new one begins when that is over. */
    build: async (pace = PACE, { round = 1, readFile = work.session.readFile } = {}): Promise<void> => {
      const here = { ...work, session: { ...work.session, readFile }, place: { ...work.place, round } };
      const port = createNodePort(here);
      const carryOut = async (part: Act): Promise<void> => {
        if (part.kind === 'command') timeouts.push(part.timeoutMs);
        // In place of the mirror's HTTP server, which the test of the port is about.
        if (part.kind === 'fetchBlob') writeFileSync(part.path, readFileSync(deps.mirror.blobPath(part.sha256)));
        else await port.carryOut(part, 0);
      };
      for (;;) {
        const attempt = { ...here, builders: createBuilders(builders) };
        const error = await buildArtefact(attempt, act, carryOut, pace).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (error === undefined) return;
        if (!(error instanceof BuildAwaited)) throw error;
        const turn = { ...here, builders: createBuilders(builders) };
        await untilTurn({ turn, mirror: deps.mirror, profile: act.profile, keys: [KEY], signal, pace });
      }
    },
    lines: work.lines,
    timeouts,
    trace: () => read('trace'),
    placed: () => read('placed/out/nats'),
    folder,
    archive,
  };
}

export const holder = () => deps.store.claims.holder(`build/debian-12/${KEY}`);

/** Counts how often somebody looks for the artefact. */
export function countLooks(): () => number {
  let looks = 0;
  const { mirror } = deps;
  const counted: Mirror = {
    ...mirror,
    findCompiled: (...key) => {
      looks += 1;
      return mirror.findCompiled(...key);
    },
  };
  deps = { ...deps, mirror: counted };
  return () => looks;
}
