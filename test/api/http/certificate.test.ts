import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { certificateWarning, readCertificate, renewCertificate } from '../../../api/http/certificate.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';

const A_DAY = 86_400_000;

/** Good for so many days from now. */
function makeFiles(days = 100): { tlsCert: string; tlsKey: string } {
  const folder = temporaryFolder();
  const [tlsCert, tlsKey] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', String(days), '-subj', '/CN=engine.example'];
  execFileSync('openssl', [...words, '-keyout', tlsKey, '-out', tlsCert], { stdio: 'ignore' });
  return { tlsCert, tlsKey };
}

it('refuses a key of another certificate, and a file that is not there', () => {
  const [files, others] = [makeFiles(), makeFiles()];
  expect(readCertificate(files)).toEqual({
    cert: readFileSync(files.tlsCert, 'utf8'),
    key: readFileSync(files.tlsKey, 'utf8'),
  });
  expect(() => readCertificate({ ...files, tlsKey: others.tlsKey })).toThrow('is not the key of the certificate');
  rmSync(files.tlsKey);
  expect(() => readCertificate(files)).toThrow('cannot be read (ENOENT)');
});

it('warns of one that is over, or soon will be', () => {
  const cert = readFileSync(makeFiles().tlsCert, 'utf8');
  const inDays = (days: number) => {
    const warning = certificateWarning({ cert }, Date.now() + days * A_DAY);
    return warning === undefined ? undefined : inEnglish(warning);
  };
  expect(inDays(0)).toBeUndefined();
  expect(inDays(90)).toMatch('CN=engine.example expires on');
  expect(inDays(101)).toMatch('has expired on');
  expect(inDays(-1)).toMatch('is valid only from');
});

it('takes over renewed files, and keeps the old ones while the new ones do not fit', async () => {
  const [files, next] = [makeFiles(), makeFiles()];
  const [taken, logged]: [string[], string[]] = [[], []];
  const ending = new AbortController();
  onTestFinished(() => ending.abort());
  const log = pino({}, { write: (line: string) => void logged.push(line) });
  renewCertificate({ setSecureContext: ({ cert }) => void taken.push(String(cert)) }, files, {
    log,
    signal: ending.signal,
    everyMs: 20,
  });
  // Again and again: what is there when the watch looks for the first time is nothing new to it.
  await until(() => {
    writeFileSync(files.tlsCert, readFileSync(next.tlsCert));
    return logged.some((line) => line.includes('the old one stays'));
  }, 'the half pair is refused');
  expect(taken).toEqual([]);
  writeFileSync(files.tlsKey, readFileSync(next.tlsKey));
  await until(() => taken.length > 0, 'the pair is taken');
  expect(taken[0]).toBe(readFileSync(next.tlsCert, 'utf8'));
});
