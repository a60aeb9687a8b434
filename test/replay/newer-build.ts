import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** What no program of the engine reads. */
const LEFT_OUT = ['.git', 'bench', 'data', 'docs', 'node_modules', 'test'];
export const NEWER_PATCH = 'what only a newer build does';

/** A copy of this build, in a folder of its own, whose targets place the marker of one more patch before each step. */
export function newerBuild(): string {
  const folder = temporaryFolder();
  for (const name of readdirSync(ROOT).filter((each) => !LEFT_OUT.includes(each)))
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  change(folder, 'workflows/patches.ts', 'PATCHES = [', `PATCHES = [\n  '${NEWER_PATCH}',`);
  change(folder, 'workflows/target/run-steps.ts', 'round++) {', `round++) {\n      isPatched('${NEWER_PATCH}');`);
  return folder;
}

function change(folder: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(folder, file), 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${file} does not have "${from}" once`);
  writeFileSync(join(folder, file), text.replace(from, to));
}
