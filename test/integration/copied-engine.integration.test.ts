import { cpSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';

const NODE = cluster.nodeAt(0);
// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;
const { properties } = cluster.clusterConfiguration();
const configuration = (disksize: number) => ({ components: { nats: [NODE] }, properties: { ...properties, disksize } });

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `a copied control machine${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let first: TestEngine;
    let copy: TestEngine;
    let machine: string;

    /** The copy, on another machine as far as it can see. */
    const startCopy = () => copy.start({}, machine);
    const ask = async (engine: TestEngine, method: string, path: string, words?: object) => {
      const body = words === undefined ? {} : { body: JSON.stringify(words) };
      const answer = await fetch(`${engine.base}/deployment-engine/${path}`, { method, ...body });
      return {
        status: answer.status,
        body: (await answer.json()) as { readonly code?: string; readonly detail?: string },
      };
    };
    const restart = (engine: TestEngine) => ask(engine, 'PUT', 'restart', { name: 'nats' });
    const adopt = (engine: TestEngine) => ask(engine, 'POST', 'hosts/adopt', { hosts: [NODE] });
    const deployed = async (engine: TestEngine) => {
      const { run } = await engine.deploy();
      return (await engine.ended(run, COLD_MS)).outcome;
    };

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '1');
      await cluster.setRootPassword(NODE);
      machine = join(temporaryFolder(), 'machine-id');
      writeFileSync(machine, `${'b'.repeat(32)}\n`);
      const folder = temporaryFolder();
      first = await createTestEngine(folder);
      await first.start();
      await first.configure(configuration(1));
      expect(await deployed(first)).toBe('ok');
      await first.stop();
      const copied = temporaryFolder();
      cpSync(folder, copied, { recursive: true });
      copy = await createTestEngine(copied);
    }, COLD_MS);

    afterAll(async () => {
      await first?.stop();
      await copy?.stop();
      await cluster.nodes('down', '--wipe');
    });

    it(
      'goes on where the first one has rested since, as an engine that has moved',
      async () => {
        await startCopy();
        // Its mirror has another port.
        expect(await deployed(copy)).toBe('ok');
        expect((await restart(copy)).status).toBe(200);
        await copy.stop();
      },
      COLD_MS,
    );

    it('shuts the first one out, which finds it when it starts and at each request', async () => {
      await first.start();
      const told = async () =>
        (
          await (await fetch(`${first.base}/deployment-engine/download`, { method: 'PUT', body: 'local.log' })).text()
        ).includes(`a copy of this engine works on it from ${hostname()}, whose run`);
      await until(told, 'local.log tells of the copy', 60_000);
      const [deploy, operation] = [await ask(first, 'GET', 'deploy'), await restart(first)];
      expect([deploy.status, deploy.body.code]).toEqual([409, 'DuplicateController']);
      expect([operation.status, operation.body.code]).toEqual([409, 'DuplicateController']);
      // Asked again under a number that the copy does not know either.
      expect((await ask(first, 'GET', 'deploy')).body.code).toBe('DuplicateController');
    }, 240_000);

    it(
      'is shut out itself once the first one has taken the node over, and can take it back',
      async () => {
        await until(
          async () => (await adopt(first)).status === 200,
          'nothing has changed the node for a minute',
          150_000,
        );
        expect(await deployed(first)).toBe('ok');
        expect((await restart(first)).status).toBe(200);
        await first.stop();

        await startCopy();
        expect((await ask(copy, 'GET', 'deploy')).body.code).toBe('DuplicateController');
        await until(
          async () => (await adopt(copy)).status === 200,
          'nothing has changed the node for a minute',
          150_000,
        );
        expect(await deployed(copy)).toBe('ok');
        expect(await deployed(copy)).toBe('unchanged');
      },
      COLD_MS,
    );
  },
);
