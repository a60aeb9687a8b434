import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { readyServer, startServer, useServers } from './server-process.ts';

const NAME = 'engine.example';
const run = promisify(execFile);
const pathOf = (file: string): string => fileURLToPath(new URL(`../../${file}`, import.meta.url));

useServers();

/** A certificate of its own making for `engine.example`, and its key. */
function makeCertificate(): { cert: string; key: string } {
  const folder = temporaryFolder();
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const words = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', `/CN=${NAME}`];
  const names = `subjectAltName=DNS:${NAME}`;
  execFileSync('openssl', [...words, '-addext', names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert, key };
}

const servedCertificate = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(socket.getPeerX509Certificate()?.fingerprint256 ?? '');
      socket.destroy();
    }).on('error', reject);
  });

it('serves other machines over TLS to callers with a token, and does not start without both', async () => {
  const dataDir = temporaryFolder();
  const bare = await startServer(dataDir, {}, '0.0.0.0');
  await until(() => bare.child.exitCode !== null, 'the engine has ended');
  expect(bare.child.exitCode).toBe(2);
  for (const words of ['DEPLOYMENT_ENGINE_TLS_CERT', 'behind-proxy', 'token create --scope operator', 'none-i-know'])
    expect(bare.output()).toContain(words);

  const { cert, key } = makeCertificate();
  const other = makeCertificate();
  const env = { DEPLOYMENT_ENGINE_TLS_CERT: cert, DEPLOYMENT_ENGINE_TLS_KEY: key, DEPLOYMENT_ENGINE_NAMES: NAME };
  const unfit = await startServer(dataDir, { ...env, DEPLOYMENT_ENGINE_TLS_KEY: other.key }, '0.0.0.0');
  const tokenless = await startServer(dataDir, env, '0.0.0.0');
  await until(() => unfit.child.exitCode !== null && tokenless.child.exitCode !== null, 'both have ended');
  expect([unfit.child.exitCode, unfit.output()]).toEqual([
    3,
    expect.stringContaining('is not the key of the certificate'),
  ]);
  expect([tokenless.child.exitCode, tokenless.output()]).toEqual([3, expect.stringContaining('token create --scope')]);

  const withData = { ...process.env, DEPLOYMENT_ENGINE_DATA_DIR: dataDir };
  const made = await run(process.execPath, [pathOf('cli/token.ts'), 'create', '--scope', 'viewer'], { env: withData });
  const token = made.stdout.trim();
  const { port, output } = await readyServer(dataDir, env, '0.0.0.0');
  expect(output()).toContain(`https://0.0.0.0:${port}/`);
  await until(() => output().includes('are asked for a token'), 'it has said who is asked for a token');

  const base = `https://${NAME}:${port}`;
  const curl = async (...words: string[]): Promise<string> => {
    const common = ['-s', '--cacert', cert, '--resolve', `${NAME}:${port}:127.0.0.1`, '-w', '\n%{http_code}'];
    return (await run('curl', [...common, ...words])).stdout;
  };
  const bearer = ['-H', `Authorization: Bearer ${token}`];
  expect(await curl(`${base}/deployment-engine/runs`)).toMatch(/"Unauthorized".*\n401$/s);
  expect(await curl(`${base}/deployment-engine/runs`, ...bearer, '-i')).toMatch(
    /strict-transport-security.*\[\]\n200$/is,
  );
  expect(await curl(`${base}/deployment-engine/deploy`, ...bearer)).toMatch(/"Forbidden".*\n403$/s);
  expect(await curl(`${base}/temporal/`, ...bearer)).toMatch(/\n200$/);
  const health = () => curl(`${base}/deployment-engine/health`);
  await until(async () => (await health()) === '{"state":"ok"}\n200', 'all is well, and strangers are told no more');
  await expect(curl(`http://${NAME}:${port}/deployment-engine/health`)).rejects.toThrow();

  const socket = new WebSocket(`wss://127.0.0.1:${port}/deployment-engine/log`, {
    headers: { Authorization: `Bearer ${token}` },
    rejectUnauthorized: false,
  });
  await once(socket, 'open');
  socket.terminate();

  const before = await servedCertificate(port);
  copyFileSync(other.cert, cert);
  copyFileSync(other.key, key);
  await until(async () => (await servedCertificate(port)) !== before, 'the renewed certificate is served');

  const client = { ...process.env, DEPLOYMENT_ENGINE_URL: `https://127.0.0.1:${port}`, DEPLOYMENT_ENGINE_TOKEN: token };
  const untrusted = await run(process.execPath, [pathOf('cli/plan.ts')], { env: client }).catch(
    (error: unknown) => error,
  );
  expect(untrusted).toMatchObject({ code: 3, stderr: expect.stringContaining('NODE_EXTRA_CA_CERTS') });
});
