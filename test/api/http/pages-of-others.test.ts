import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ASKED_FIRST } from '../../../api/http/ask-first.ts';
import { inBrowser, reasonWithoutBrowser } from '../../integration/web-ui.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { until } from '../../support/until.ts';
import { askedGateway } from './asked-gateway.ts';

const ANSWERED = 'http.server.response.finish';

/** A server of somebody else: `/go?to=URL` leads there, `/again?to=URL` has a form sent there; all else is an empty page. */
async function strangersServer(): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://stranger');
    const to = searchParams.get('to');
    if (to !== null) response.writeHead(pathname === '/again' ? 307 : 302, { Location: to });
    else response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>A stranger</title><body></body>');
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a page can have a browser do with an address while it stays where it is. */
const PARTS = (target: string, stranger: string): Readonly<Record<string, string>> => ({
  image: `new Image().src = '${target}'`,
  script: `document.head.append(Object.assign(document.createElement('script'), { src: '${target}' }))`,
  style: `document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '${target}' }))`,
  frame: `document.body.append(Object.assign(document.createElement('iframe'), { src: '${target}' }))`,
  fetch: `fetch('${target}', { mode: 'no-cors', credentials: 'include' }).catch(() => {})`,
  'fetch that posts': `fetch('${target}', { mode: 'no-cors', method: 'POST', body: '{}' }).catch(() => {})`,
  beacon: `navigator.sendBeacon('${target}', '{}')`,
  'redirected image': `new Image().src = '${stranger}/go?to=${encodeURIComponent(target)}'`,
});

/** What leads a browser from a page to an address. */
const WAYS = (target: string, stranger: string): Readonly<Record<string, string>> => ({
  link: `const link = document.createElement('a'); link.href = '${target}'; document.body.append(link); link.click()`,
  'form that gets': `document.body.innerHTML = '<form action="${target}"></form>'; document.forms[0].submit()`,
  'form that posts': `document.body.innerHTML = '<form action="${target}" method="post"></form>'; document.forms[0].submit()`,
  redirect: `location.href = '${stranger}/go?to=${encodeURIComponent(target)}'`,
  'redirected form': `document.body.innerHTML =
    '<form method="post" action="${stranger}/again?to=${encodeURIComponent(target)}"></form>'; document.forms[0].submit()`,
});

/** Statuses of what was answered under a path, whoever asked. */
function answersTo(path: string): number[] {
  const statuses: number[] = [];
  const note = (message: unknown): void => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    if (request.url?.split('?')[0] === path) statuses.push(response.statusCode);
  };
  subscribe(ANSWERED, note);
  onTestFinished(() => void unsubscribe(ANSWERED, note));
  return statuses;
}

describe.skipIf(reasonWithoutBrowser !== undefined)(
  'a page of somebody else in a browser',
  { timeout: 240_000 },
  () => {
    it.each(ASKED_FIRST)('does nothing by a link, an image, a form or a redirect to /%s', async (name) => {
      const { gateway, done } = await askedGateway();
      const stranger = await strangersServer();
      const path = `/deployment-engine/${name}`;
      const [target, answers] = [gateway.url + path, answersTo(path)];
      await inBrowser(async (page) => {
        await page.goto(stranger);
        for (const [what, act] of Object.entries(PARTS(target, stranger))) {
          await page.evaluate(`void (${act})`);
          await until(() => answers.length > 0, `the ${what} is answered`);
          expect([what, ...answers.splice(0)]).toEqual([what, 403]);
        }
        for (const [way, act] of Object.entries(WAYS(target, stranger))) {
          await page.goto(stranger);
          await page.evaluate(`void setTimeout(() => { ${act} })`);
          await page.getByText('"code":"ForeignOrigin"').waitFor();
          expect([way, ...answers.splice(0)]).toEqual([way, 403]);
        }
      });
      expect(done).toEqual([]);
    });

    it('that was opened from a file says in its console why it may not read the log, and what shows it', async () => {
      const { gateway } = await askedGateway();
      const place = `${gateway.url}/deployment-engine/log.html`;
      const words = `a page that was opened from a file, or hides its origin, may not call this engine; ${place} shows the log`;
      const refused = await gateway.fetch('/deployment-engine/deploy', { headers: { Origin: 'null' } });
      expect(await refused.json()).toMatchObject({ status: 403, code: 'ForeignOrigin', detail: words });

      const file = join(temporaryFolder(), 'log.html');
      writeFileSync(
        file,
        `<!doctype html><script>
        const socket = new WebSocket('${gateway.url.replace('http', 'ws')}/deployment-engine/log');
        socket.onmessage = ({ data }) => console.log(data);
        socket.onclose = ({ code, reason }) => console.log('closed: ' + code + ' ' + reason);
      </script>`,
      );
      await inBrowser(async (page) => {
        const said: string[] = [];
        page.on('console', (message) => said.push(message.text()));
        await page.goto(pathToFileURL(file).href);
        await until(() => said.some((line) => line.startsWith('closed')), 'the socket is closed');
        expect(said.map((line) => line.replace(/ \d\d:\d\d:\d\d /, ' '))).toEqual([
          `[local] ${words}`,
          'closed: 1008 ForeignOrigin: /deployment-engine/log.html shows the log',
        ]);
        await page.goto(place);
        await page.getByText('live').waitFor();
      });
    });
  },
);
