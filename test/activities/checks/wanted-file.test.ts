import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reasonsOf } from '../../../activities/attempt/run-step.ts';
import { filesAsWanted, wantedFile } from '../../../activities/checks/wanted-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';

const FOLDER = temporaryFolder();
const place = (name: string): string => join(FOLDER, name);

const FILES = [
  wantedFile(place('plain'), 'text\n', '0644'),
  wantedFile(place(`with 'quote' and space`), new Uint8Array([0, 255]), '0700'),
];
const checked = filesAsWanted(FILES);

const changes = () => checked.changes(checked.parse(run(checked.run).stdout));

function put(path: string, content: string | Uint8Array, mode: string): void {
  if (!existsSync(FOLDER)) mkdirSync(FOLDER);
  writeFileSync(path, content);
  chmodSync(path, Number.parseInt(mode, 8));
}

it('finds files missing, changed, with another mode, and as wanted', () => {
  expect(reasonsOf(changes())).toEqual(FILES.map(({ path }) => `${path} is missing`));

  for (const { path, content, mode } of FILES) put(path, content, mode);
  expect(changes()).toEqual([]);

  put(place('plain'), 'other\n', '0644');
  expect(changes()).toEqual([
    {
      reason: `${place('plain')} differs`,
      act: { kind: 'upload', path: place('plain'), content: 'text\n', mode: '0644' },
    },
  ]);

  put(place('plain'), 'text\n', '0600');
  expect(reasonsOf(changes())).toEqual([`${place('plain')} differs`]);
});

it('does not take a folder for the file', () => {
  const [folder] = [wantedFile(FOLDER, '', '0755')];
  const { run: look, parse, changes: differ } = filesAsWanted([folder]);
  expect(reasonsOf(differ(parse(run(look).stdout)))).toEqual([`${FOLDER} is missing`]);
});
