import { generateKeyPairSync, type KeyPairKeyObjectResult, sign } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterHealth } from '../../api/temporal/cluster-health.ts';
import { parseSettings } from '../../domain/schemas/settings.ts';
import { inEnglish } from '../../domain/text/text.ts';
import { temporalServer, type TemporalServer } from '../../temporal/temporal-server.ts';
import { untilServes } from '../../temporal/until-serves.ts';
import { builtTemporal, HOW_TO_BUILD } from '../support/temporal-server/build.ts';
import { type RealTemporal, startRealTemporal } from '../support/temporal-server/start.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';

const NAMESPACE = 'guarded';
const STARTS_WITHIN_MS = 120_000;
const built = await builtTemporal();

describe.skipIf(built === undefined)(
  `a Temporal server that asks who calls${built === undefined ? ` (left out: needs ${HOW_TO_BUILD})` : ''}`,
  { timeout: 240_000 },
  () => {
    const keysFile = join(temporaryFolder(), 'keys.json');
    let pair: KeyPairKeyObjectResult;
    let temporal: RealTemporal;

    /** From now on it takes what this pair has signed, and nothing else. */
    function newKeys(): void {
      pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
      const key = { ...pair.publicKey.export({ format: 'jwk' }), kid: 'own', use: 'sig', alg: 'RS256' };
      writeFileSync(`${keysFile}.new`, JSON.stringify({ keys: [key] }));
      renameSync(`${keysFile}.new`, keysFile);
    }

    const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    function tokenFor(...permissions: readonly string[]): string {
      const claims = { sub: 'engine', permissions, exp: Math.floor(Date.now() / 1000) + 3600 };
      const text = `${encoded({ alg: 'RS256', typ: 'JWT', kid: 'own' })}.${encoded(claims)}`;
      return `${text}.${sign('sha256', Buffer.from(text), pair.privateKey).toString('base64url')}`;
    }
    function serverFor(...permissions: readonly string[]): TemporalServer {
      const env = {
        TEMPORAL_ADDRESS: temporal.address,
        TEMPORAL_NAMESPACE: NAMESPACE,
        TEMPORAL_API_KEY: tokenFor(...permissions),
        TEMPORAL_TLS: 'false',
      };
      return temporalServer(parseSettings(env), env);
    }
    const startWith = (...permissions: readonly string[]) =>
      untilServes(serverFor(...permissions), { withinMs: STARTS_WITHIN_MS });

    beforeAll(async () => {
      if (built === undefined) return;
      newKeys();
      temporal = await startRealTemporal(built, keysFile);
    });
    afterAll(() => temporal?.stop());

    it('is named with what it refuses, and who may goes on', async () => {
      await expect(startWith('other:admin')).rejects.toMatchObject({
        code: 'EnvironmentLacking',
        message: expect.stringMatching(/^this account may not use namespace guarded of the Temporal server at /),
      });
      await expect(startWith(`${NAMESPACE}:write`)).rejects.toMatchObject({
        code: 'EnvironmentLacking',
        message: expect.stringMatching(
          /has no namespace guarded \(TEMPORAL_NAMESPACE\).*temporal operator namespace create --namespace guarded --retention 30d$/,
        ),
      });
      expect((await startWith(`${NAMESPACE}:admin`)).changed).toContain('Phase');
      expect((await startWith(`${NAMESPACE}:write`)).changed).toEqual([]);
    });

    it('is told in /health when it refuses us later', async () => {
      const server = serverFor(`${NAMESPACE}:write`);
      const connection = await Connection.connect(server.connection);
      const client = new Client({ connection, namespace: server.namespace });
      const health = clusterHealth(client, { server, cluster: 'cf', taskQueue: 'nobody', engine: 'own' });
      await until(async () => (await health()).temporal, 'it takes our token', 60_000);
      newKeys();
      await until(
        async () =>
          /^this account may not use namespace guarded of .*: Request unauthorized/.test(
            inEnglish((await health()).reason ?? ''),
          ),
        'it takes our token no more, and /health says so',
        60_000,
      );
      await connection.close();
    });
  },
);
