import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { givenMasterKey } from '../../../store/secrets/master-key.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const KEY = 'ab'.repeat(32);

describe('the master key that settings give', () => {
  const keyFile = (content: string): string => {
    const file = join(temporaryFolder(), 'key');
    writeFileSync(file, content);
    return file;
  };

  it.each([
    ['nothing', () => ({}), undefined],
    ['empty variables', () => ({ DEPLOYMENT_ENGINE_KEY: '', DEPLOYMENT_ENGINE_KEY_FILE: '' }), undefined],
    ['the key itself', () => ({ DEPLOYMENT_ENGINE_KEY: KEY }), KEY],
    ['a file', () => ({ DEPLOYMENT_ENGINE_KEY_FILE: keyFile(`${KEY}\n`) }), KEY],
  ])('comes from %s', (_, env, key) => {
    expect(givenMasterKey(env())).toBe(key);
  });
});
