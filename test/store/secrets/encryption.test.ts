import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVault } from '../../../store/secrets/encryption.ts';

describe('the vault', () => {
  const key = randomBytes(32);
  const vault = createVault(key);

  it('opens what it sealed, at the same place with the same key', () => {
    const sealed = vault.seal('grün 𝄞', 'table/1');
    expect(createVault(key).open(sealed, 'table/1')).toBe('grün 𝄞');
    expect(() => vault.open(sealed, 'table/2')).toThrow(expect.objectContaining({ code: 'EngineDamaged' }));
    expect(() => createVault(randomBytes(32)).open(sealed, 'table/1')).toThrow(/master key/);
  });

  it('notices a changed byte, a cut and rubbish', () => {
    const sealed = vault.seal('value', 'place');
    const changed = `${sealed.slice(0, 30)}${sealed[30] === 'A' ? 'B' : 'A'}${sealed.slice(31)}`;
    for (const wrong of [changed, sealed.slice(0, 20), '', 'rubbish']) {
      expect(() => vault.open(wrong, 'place')).toThrow(expect.objectContaining({ code: 'EngineDamaged' }));
    }
  });

  it('seals the same text differently each time and digests it the same', () => {
    expect(vault.seal('value', 'place')).not.toBe(vault.seal('value', 'place'));
    expect(vault.digest('value')).toBe(createVault(key).digest('value'));
    expect(vault.digest('value')).not.toBe(createVault(randomBytes(32)).digest('value'));
  });
});
