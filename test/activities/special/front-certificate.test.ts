import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Known, knownIn } from '../../../activities/checks/known.ts';
import { lookCommand, splitChecks } from '../../../activities/checks/probe.ts';
import { frontCertificate } from '../../../activities/special/front-certificate.ts';
import { selfSignedCertificate } from '../../../cluster/secrets/self-signed-certificate.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { nodeContext } from '../samples.ts';
import { factsOf, run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const step = frontCertificate(nodeContext());
const FILE = 'var/vcap/jobs/haproxy/config/cert.pem';
const GOOD = selfSignedCertificate('cf.local');
const block = (pem: string, kind: RegExp): string =>
  new RegExp(`-----BEGIN ${kind.source}-----[^]+?-----END.*\n`).exec(pem)?.[0] ?? '';

function look(pem: string | undefined) {
  const root = temporaryFolder();
  if (pem !== undefined) put(root, pem);
  return step.changes(factsOf(step, { root }));
}

function put(root: string, pem: string): void {
  const file = join(root, FILE);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, pem);
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

describe('a certificate that was read before', () => {
  const root = temporaryFolder();
  const [asked, clock] = [join(root, 'asked'), join(root, 'clock')];
  const path = programs({
    openssl: `echo asked >>${asked}; PATH=\${PATH#*:} exec openssl "$@"`,
    date: `[ "$*" = +%s ] && [ -e ${clock} ] && exec cat ${clock}; PATH=\${PATH#*:} exec date "$@"`,
  });
  let known: Known = {};

  /** What the next look finds, and whether it has called openssl. */
  function lookAgain() {
    rmSync(asked, { force: true });
    const { stdout } = run(lookCommand([step.check], known), { root, path });
    known = knownIn(stdout);
    const [result] = splitChecks('node', stdout, [step.check]);
    return { facts: step.check.parse(result), hasRead: existsSync(asked) };
  }

  it('is read once while its file stays as it is, until it expires', () => {
    put(root, GOOD);
    const first = lookAgain();
    expect(first).toMatchObject({ hasRead: true, facts: { hasItsKey: true, hasExpired: false } });
    expect(lookAgain()).toEqual({ ...first, hasRead: false });

    const until = Math.floor(new Date(first.facts.notAfter ?? '').getTime() / 1000);
    writeFileSync(clock, `${until - 1}`);
    expect(lookAgain().hasRead).toBe(false);
    writeFileSync(clock, `${until}`);
    expect(lookAgain().hasRead).toBe(true);
  });

  it('is read again when its file is another, and each time when it has expired', () => {
    rmSync(clock);
    put(root, GOOD);
    lookAgain();
    put(root, block(GOOD, /CERTIFICATE/));
    expect(lookAgain()).toMatchObject({ hasRead: true, facts: { hasItsKey: false } });
    put(root, expired());
    for (let round = 0; round < 2; round++)
      expect(lookAgain()).toMatchObject({ hasRead: true, facts: { hasExpired: true } });
    rmSync(join(root, FILE));
    expect(lookAgain()).toMatchObject({ hasRead: false, facts: { canBeRead: false } });
  });
});
