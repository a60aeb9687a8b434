import { utils } from 'ssh2';
import { expect, it } from 'vitest';
import { createIdentity } from '../../../ssh/connect/identity.ts';

it('makes an RSA key pair whose halves belong together', async () => {
  const { publicKey, privateKey } = await createIdentity();
  const parsed = utils.parseKey(privateKey.reveal());
  if (parsed instanceof Error) throw parsed;
  expect(publicKey).toBe(`ssh-rsa ${parsed.getPublicSSH().toString('base64')} deployment-engine`);
  expect(parsed.getPublicSSH().length).toBeGreaterThan(3072 / 8);
  expect(String(privateKey)).toBe('********');
});
