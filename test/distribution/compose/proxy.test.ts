import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { LOOKS_WITHIN_MS } from '../../../api/routes/alive.ts';
import { duration } from '../../../domain/schemas/settings-values.ts';
import { startProgram, useParts } from '../../server/parts.ts';
import { freePorts } from '../../support/temporal.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { ROOT } from './composition.ts';

const TEXT = readFileSync(join(ROOT, 'distribution/compose/proxy.cfg'), 'utf8');
/** A test takes this much less time than the times that the file names. */
const FASTER = 10;

useParts();

it('waits longer for the health of a gateway than that may take', () => {
  const [, time] = /^ *timeout check (\w+)$/m.exec(TEXT) ?? [];
  expect(duration.parse(time)).toBeGreaterThan(LOOKS_WITHIN_MS);
});

/** Reached without TLS, with one gateway and all times shortened. */
const proxyHere = (port: number, gateway: number): string =>
  TEXT.replace(/bind :8443 .*/, `bind 127.0.0.1:${port}`)
    .replace('127.0.0.1:8404', `127.0.0.1:${port + 1}`)
    .replace(' resolvers docker init-addr none', '')
    .replace(/server-template .*/, `server gateway 127.0.0.1:${gateway}`)
    .replaceAll(/(?<= )(\d+)s\b/g, (_, seconds: string) => `${(Number(seconds) * 1000) / FASTER}ms`);

const isThere = (() => {
  try {
    return execFileSync('haproxy', ['-v'], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
})();

it.skipIf(!isThere)(
  `sends callers to a gateway whose store is away${isThere ? '' : ' (left out: needs haproxy)'}`,
  async () => {
    const port = await freePorts(3);
    let answers = 0;
    const sayHealth = (response: ServerResponse) => response.writeHead(503).end(() => (answers += 1));
    const gateway = createServer(({ url }, response) => {
      if (url === '/deployment-engine/health') setTimeout(sayHealth, LOOKS_WITHIN_MS / FASTER, response);
      else response.end('in words that callers need');
    }).listen(port + 2, '127.0.0.1');
    onTestFinished(() => void gateway.close());
    await once(gateway, 'listening');
    const file = join(temporaryFolder(), 'proxy.cfg');
    writeFileSync(file, proxyHere(port, port + 2));
    startProgram(['haproxy', '-f', file]);
    const ask = () => fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
    await until(() => answers >= 3, 'it was asked again and again how it is');
    expect(await ask()).toBe('in words that callers need');
  },
);
