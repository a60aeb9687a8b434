import { request } from 'node:http';
import { expect, it } from 'vitest';
import { ASKED_FIRST } from '../../../api/http/ask-first.ts';
import { type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const BROWSER = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)', 'Accept-Language': 'en' };
const ADDRESS_BAR = { ...BROWSER, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'none' };

/** A gateway whose Temporal must not be asked. */
async function untouched(): Promise<Gateway> {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const refuse = () => Promise.reject(new Error('must not be asked'));
  Object.assign(gateway.cluster, { deploy: refuse, operate: refuse, inspect: refuse });
  return gateway;
}

/** fetch sets some of these headers itself. */
const ask = (
  { url }: Gateway,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; policy: string; text: string }> =>
  new Promise((resolve, reject) => {
    request(`${url}/deployment-engine/${path}`, { headers, method }, (answer) => {
      answer.toArray().then((pieces) => {
        const text = Buffer.concat(pieces as Buffer[]).toString();
        resolve({ status: answer.statusCode ?? 0, policy: String(answer.headers['content-security-policy']), text });
      }, reject);
    })
      .on('error', reject)
      .end();
  });

it.each(ASKED_FIRST)('asks before it does what the address bar says: /%s', async (name) => {
  const gateway = await untouched();
  for (const headers of [ADDRESS_BAR, BROWSER, { ...ADDRESS_BAR, 'Sec-Fetch-Site': 'same-origin' }]) {
    const { status, policy, text } = await ask(gateway, `${name}?name=<nats>`, headers);
    expect([status, policy]).toEqual([200, expect.stringContaining("frame-ancestors 'none'")]);
    expect(text).toContain('<form method="post">');
    expect(text).toContain('&lt;nats&gt;');
  }
  const notes = (await gateway.store.log.read(0, { from: 0, limit: 10 })).map(({ line }) => line);
  expect(notes.filter((line) => !line.includes('config'))).toEqual([]);
});

it.each(
  ASKED_FIRST.flatMap(
    (name) =>
      [
        [name, 'GET', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }],
        [name, 'GET', { ...BROWSER, Referer: 'http://evil.example/page' }],
        [name, 'GET', { Referer: 'http://evil.example/page' }],
        [name, 'HEAD', { 'Sec-Fetch-Site': 'cross-site' }],
        [name, 'POST', { Origin: 'null' }],
      ] as const,
  ),
)('refuses a foreign page: /%s by %s with %j', async (name, method, headers) => {
  expect((await ask(await untouched(), name, headers, method)).status).toBe(403);
});

// As a browser asks over http to another machine, from a page that forbids it to say where it comes from.
const IMAGE = { 'User-Agent': BROWSER['User-Agent'], Accept: 'image/avif,image/webp,*/*;q=0.8' };
const SCRIPT = { ...BROWSER, Accept: '*/*' };

it.each(ASKED_FIRST.flatMap((name) => [IMAGE, SCRIPT].map((headers) => [name, headers] as const)))(
  'does nothing for a part of a page that says nothing of where it comes from: /%s with %j',
  async (name, headers) => {
    expect(await ask(await untouched(), name, headers)).toMatchObject({
      status: 200,
      text: expect.stringContaining('<form method="post">') as string,
    });
  },
);

it.each(['hardware', 'preflight'].flatMap((name) => [IMAGE, SCRIPT].map((headers) => [name, headers] as const)))(
  'asks no node for a part of a page that says nothing of where it comes from: /%s with %j',
  async (name, headers) => {
    expect((await ask(await untouched(), name, headers)).status).toBe(403);
  },
);

it.each([
  ['curl', { 'User-Agent': 'curl/7.88.1', Accept: '*/*' }],
  ['PowerShell', { 'User-Agent': 'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1' }],
  ['Java', { 'User-Agent': 'Java/1.8.0', Accept: 'text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2' }],
  ['the address bar', { ...BROWSER, Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
  ['a page of ours', { ...SCRIPT, 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors' }],
])('tells %s what the machines have', async (_who, headers) => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  gateway.cluster.inspect = (_question, inspection) => gateway.store.inspections.answer(inspection, []);
  expect((await ask(gateway, 'hardware?name=all&ip=0.0.0.0', headers)).status).toBe(200);
});

it('deploys when the button is pressed', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const headers = { ...BROWSER, Origin: gateway.url, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Site': 'same-origin' };
  expect((await ask(gateway, 'deploy', headers, 'POST')).status).toBe(202);
});

it('deploys for a program, which asks without saying that it is a browser', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  expect((await ask(gateway, 'deploy', { 'User-Agent': 'curl/7.88.1' })).status).toBe(202);
});

it('asks in the language of the browser', async () => {
  const gateway = await untouched();
  const { text } = await ask(gateway, 'deploy', { ...ADDRESS_BAR, 'Accept-Language': 'zh-CN,zh;q=0.9' });
  expect(text).toContain('<html lang="zh">');
  expect(text).toContain('按最新的配置进行部署。');
  expect(text).toContain('<button autofocus>deploy</button>');
});
