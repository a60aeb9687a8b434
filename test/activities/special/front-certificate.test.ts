import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frontCertificate } from '../../../activities/special/front-certificate.ts';
import { selfSignedCertificate } from '../../../cluster/secrets/self-signed-certificate.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { run } from '../shell.ts';

const step = frontCertificate(nodeContext());
const GOOD = selfSignedCertificate('cf.local');
const block = (pem: string, kind: RegExp): string =>
  new RegExp(`-----BEGIN ${kind.source}-----[^]+?-----END.*\n`).exec(pem)?.[0] ?? '';

function look(pem: string | undefined) {
  const root = temporaryFolder();
  if (pem !== undefined) {
    const file = join(root, 'var/vcap/jobs/haproxy/config/cert.pem');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, pem);
  }
  return step.changes(step.check.parse(run(step.check.run, { root })));
}

/** Valid until yesterday. */
function expired(): string {
  const folder = temporaryFolder();
  mkdirSync(folder, { recursive: true });
  const openssl = (...words: string[]): string =>
    execFileSync('openssl', words, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  openssl(
    'req',
    '-new',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'key',
    '-out',
    'request',
    '-subj',
    '/CN=*.cf.local',
  );
  return openssl('x509', '-req', '-in', 'request', '-signkey', 'key', '-days', '-1') + openssl('rsa', '-in', 'key');
}

describe('haproxy’s certificate', () => {
  it.each([
    ['covers the domain', GOOD],
    ['is not installed yet', undefined],
  ])('is left alone when it %s', (_case, pem) => {
    expect(look(pem)).toEqual([]);
  });

  it.each<[string, () => string, string]>([
    ['cannot be read', () => 'nonsense\n', 'holds no certificate'],
    ['was cut off', () => GOOD.slice(0, 400), 'holds no certificate'],
    [
      'is for another domain',
      () => selfSignedCertificate('old.example'),
      'is for *.old.example, old.example; the domain needs *.cf.local',
    ],
    ['has expired', expired, 'expired on '],
    ['lacks its key', () => block(GOOD, /CERTIFICATE/), 'lacks the private key that belongs to it'],
    [
      'has another one’s key',
      () => block(GOOD, /CERTIFICATE/) + block(selfSignedCertificate('cf.local'), /RSA PRIVATE KEY/),
      'lacks the private key that belongs to it',
    ],
  ])('is refused when it %s', (_case, pem, problem) => {
    expect(() => look(pem())).toThrow(
      expect.objectContaining({ code: 'CertificateInvalid', message: expect.stringContaining(problem) as string }),
    );
  });
});
