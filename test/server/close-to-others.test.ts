import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { closeToOthers } from '../../server/close-to-others.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it('closes what an older engine left open, and follows no link', () => {
  const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
  const [log, inside, outside] = [join(folder, 'log'), join(folder, 'log', 'api.log'), join(elsewhere, 'theirs')];
  mkdirSync(log, { mode: 0o755 });
  writeFileSync(inside, '', { mode: 0o644 });
  writeFileSync(outside, '', { mode: 0o644 });
  symlinkSync(outside, join(folder, 'link'));
  closeToOthers(folder);
  expect([folder, log, inside, outside].map(modeOf)).toEqual(['700', '700', '600', '644']);
});
