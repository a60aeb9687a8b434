import process from 'node:process';
import type { Workplace } from '../../../activities/attempt/workplace.ts';
import { buildArtefact } from '../../../activities/builds/build-artefact.ts';
import { createBuilders } from '../../../activities/builds/builders.ts';
import { sh } from '../../../domain/command.ts';
import type { BuildAct } from '../../../domain/step.ts';
import { openMirror } from '../../../mirror/mirror.ts';
import { openStore } from '../../../store/open-store.ts';
import { SILENT_REPORT } from '../progress/silent-report.ts';

// A worker of its own whose build never ends: DATA_FOLDER MIRROR ADDRESS KEY CLAIM. It says when it is at work, and is killed.
const [dataDir = '', mirror = '', address = '', key = '', claim = ''] = process.argv.slice(2);
const work: unknown = {
  deps: { store: await openStore({ dataDir }), mirror: openMirror(mirror) },
  session: { read: async () => ({ exitCode: 0, stdout: '' }) },
  place: { run: 1, address },
  builders: createBuilders([]),
  report: SILENT_REPORT,
  signal: new AbortController().signal,
};
const act: BuildAct = {
  kind: 'build',
  key,
  profile: 'debian-12',
  prepare: [],
  compile: sh`true`,
  archive: '/archive.tgz',
  unpack: sh`true`,
};
const forEver = (): Promise<void> => {
  process.stdout.write('at work\n');
  return new Promise(() => undefined);
};
const pace = { claim: Number(claim), renew: Number(claim) / 4, look: 20 };
await buildArtefact(work as Workplace, act, forEver, pace);
