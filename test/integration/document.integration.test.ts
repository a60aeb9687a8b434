import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STATUS_EXAMPLE } from '../domain/document-example.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { until } from '../support/until.ts';
import { AFTERWARDS, CONFIGURATION, DEPLOY, type DocumentedRequest, POST_CONFIG, STATUS } from './document/commands.ts';
import { createCurl } from './document/curl.ts';
import { readHistories } from './histories.ts';
import { readRunLog } from './run-log.ts';
import * as cluster from './test-cluster.ts';
import { createTestEngine, type TestEngine } from './test-engine.ts';
import { inBrowser, reasonWithoutBrowser } from './web-ui.ts';

// Where ruby and packages were never built, the first deploy builds them.
const COLD_MS = 15 * 60_000;

/** Another nats than the one of the example of a status, which the curl lines name. */
const SECOND_NATS = '10.10.101.183';
/** Where the example of a status has its 14 components, and that nats, among the test nodes. */
const PLACES = [0, 2, 4];

/** The example of a status, 14 components on two addresses, with the example's properties and one nats more. */
function sharedByTwo(): unknown {
  const { properties } = JSON.parse(CONFIGURATION) as { readonly properties: object };
  const { nats = [], ...others } = STATUS_EXAMPLE;
  return { components: { ...others, nats: [...nats, SECOND_NATS] }, properties: { ...properties, disksize: 5 } };
}

/** `nats on 10.10.101.183: RUNNING`, as the example has its addresses. */
const rowsOf = (status: string): string[] =>
  (JSON.parse(status) as { Comp: string; Ip: string; Status: string }[])
    .map(({ Comp, Ip, Status }) => `${Comp} on 10.10.101.${Ip.replace(/.*\./, '')}: ${Status}`)
    .toSorted();

/** The example's own passwords: words and digits that logs are full of. */
const WEAK = ['password', '123456'];

/** Where a text has a secret as a value of its own, with what stands around it. */
const valuesOf = (secret: string, text: string): string[] =>
  [...text.matchAll(new RegExp(`.{0,40}["'\`:=]${secret}(?=["'\`@,;&\\\\\\s]|$).{0,20}`, 'gm'))].map(
    ([found]) => found,
  );

/** A customer's page on a server of the customer's, with a jQuery of its own. */
async function servePage(): Promise<Server> {
  const files: Readonly<Record<string, Buffer>> = {
    '/': readFileSync(new URL('document/log-page.html', import.meta.url)),
    '/jquery.min.js': readFileSync(fileURLToPath(import.meta.resolve('jquery/dist/jquery.min.js'))),
  };
  const server = createServer(({ url = '/' }, response) => {
    const file = files[new URL(url, 'http://page').pathname];
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return server;
}

const reason = await cluster.reasonToSkip();

describe.skipIf(reason !== undefined)(
  `the API specification${reason === undefined ? '' : ` (left out: ${reason})`}`,
  () => {
    let engine: TestEngine;
    let pages: Server;
    let page: string;
    let ask: (request: DocumentedRequest) => Promise<string>;

    beforeAll(async () => {
      await cluster.nodes('down', '--wipe');
      await cluster.nodes('up', '5');
      pages = await servePage();
      page = `http://127.0.0.1:${(pages.address() as AddressInfo).port}`;
      engine = await createTestEngine(temporaryFolder());
      await engine.start({ DEPLOYMENT_ENGINE_ORIGINS: page });
      const curl = createCurl(engine.base);
      ask = async ({ route, line, status, contentType }) => {
        const answer = await curl(line);
        expect({ route, ...answer }).toMatchObject({ route, status, contentType });
        return answer.body;
      };
    });

    afterAll(async () => {
      await engine?.stop();
      pages?.close();
      await cluster.nodes('down', '--wipe');
    });

    it('holds for each curl line as printed', { timeout: COLD_MS }, async () => {
      await ask(POST_CONFIG);
      await ask({ ...POST_CONFIG, line: POST_CONFIG.line.replace(CONFIGURATION, JSON.stringify(sharedByTwo())) });
      const { run } = JSON.parse(await ask(DEPLOY)) as { run: number };
      expect(await engine.ended(run, COLD_MS)).toMatchObject({ outcome: 'ok' });
      const wanted = [...Object.entries(STATUS_EXAMPLE), ['nats', [SECOND_NATS]] as const];
      const running = wanted.map(([component, [address = '']]) => `${component} on ${address}: RUNNING`).toSorted();
      await until(async () => rowsOf(await ask(STATUS)).join() === running.join(), 'the 14 components run', 60_000);
      for (const request of AFTERWARDS) await ask(request);
    });

    it('keeps its passwords out of log, histories and ledgers, weak as they are, and hides no other word', async () => {
      const log = (await readRunLog(engine.base, 1)).map(({ line }) => line).join('\n');
      const { text } = await readHistories(engine.temporalAddress);
      const ledgers = await Promise.all(PLACES.map((place) => cluster.nodes('ledger', cluster.nodeAt(place))));
      for (const shown of [log, text, ...ledgers]) {
        expect(shown).not.toBe('');
        for (const secret of WEAK) expect(valuesOf(secret, shown)).toEqual([]);
      }
      expect(log).toContain('ensureUser: the password of vcap differs\n');
      expect(log).not.toContain('********');
    });

    it.skipIf(reasonWithoutBrowser !== undefined)('holds for a page that shows the log', async () => {
      await inBrowser(async (tab) => {
        await tab.goto(`${page}/?engine=${engine.base.replace('http', 'ws')}/deployment-engine/log`);
        await tab
          .getByText(/\[local\] \d\d:\d\d:\d\d .* OK$/)
          .first()
          .waitFor();
        await tab.locator('#msg').fill('hello');
        await tab.locator('#msg').press('Enter');
        expect(await tab.locator('#msg').inputValue()).toBe('');
        const { run } = await engine.deploy();
        // It starts the 15 that were stopped.
        await tab.getByText(`deploy ${run} OK`).first().waitFor({ timeout: 240_000 });
        expect(await tab.locator('#log').getAttribute('data-closed')).toBeNull();
      });
    });
  },
);
