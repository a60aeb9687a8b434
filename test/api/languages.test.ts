import { expect, it } from 'vitest';
import { phrase } from '../../domain/text/text.ts';
import { type Gateway, postConfiguration, startGateway } from './gateway.ts';

const ask = async ({ url }: Gateway, path: string, language?: string) => {
  const headers: Record<string, string> = language === undefined ? {} : { 'Accept-Language': language };
  const answer = await fetch(`${url}/deployment-engine${path}`, { headers });
  return { headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
};

it('says problems, also those inside errors, in the language of the caller', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const { headers, body } = await ask(gateway, '/restart?name=natz', 'zh-CN,zh;q=0.9');
  expect(body).toMatchObject({
    code: 'InvalidRequest',
    title: '请求无效',
    detail: '/name：没有此组件；是否指 nats？',
    errors: [{ pointer: '/name', message: '没有此组件；是否指 nats？' }],
  });
  expect([headers.get('content-language'), headers.get('vary')]).toEqual(['zh', 'Accept-Language']);
});

it('says them in English to all others', async () => {
  const gateway = await startGateway();
  const { headers, body } = await ask(gateway, '/runs/7');
  expect(body).toMatchObject({ title: 'There is no such run', detail: 'there is no run 7' });
  expect(headers.get('content-language')).toBe('en');
});

it('says why an instance does not run', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const { body } = await ask(gateway, '/status', 'zh');
  expect(body).toContainEqual(expect.objectContaining({ Comp: 'nats', Status: 'DOWN', Detail: '未安装' }));
});

it('says why a node could not be looked at, as its last look has kept it', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const place = { id: 'nats/0', component: 'nats', address: '10.10.101.182' } as const;
  await gateway.store.nodes.ensureNumbers([place]);
  await gateway.store.installed.note({ ...place, number: 0 }, { revision: 1, release: 'f'.repeat(64) });
  const seen = { cpuPercent: 0, memoryPercent: 0, diskPercent: 0, isRunning: false, seenAt: Date.now() };
  const detail = phrase('{address} does not let us in within {seconds} s', { address: place.address, seconds: 20 });
  await gateway.store.statuses.save([{ ...place, ...seen, detail }]);
  const { body } = await ask(gateway, '/status', 'zh');
  expect(body).toContainEqual(expect.objectContaining({ Comp: 'nats', Detail: '在 20 秒内无法登录 10.10.101.182' }));
});

it('leaves values as they are, and says nothing of language where there are no words', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const { headers, body } = await ask(gateway, '/config', 'zh');
  expect(body).toMatchObject({ properties: { domain: 'cf.local' } });
  expect([headers.get('content-language'), headers.get('vary')]).toEqual([null, null]);
});

it('says on its login page in the language of the browser what was wrong with a token', async () => {
  const { url } = await startGateway({ env: { DEPLOYMENT_ENGINE_AUTH: 'tokens' } });
  const answer = await fetch(`${url}/deployment-engine/session`, {
    method: 'POST',
    headers: { 'Accept-Language': 'zh', Origin: url },
    body: new URLSearchParams({ token: 'no token', next: '/' }),
  });
  expect([answer.status, answer.headers.get('content-language')]).toEqual([401, 'zh']);
  const page = await answer.text();
  expect(page).toContain('<p role="alert">此令牌无效或已失效。</p>');
  expect(page).toContain('在控制机上运行 <code>./DeploymentEngineServer token create --scope viewer</code> 即可');
});
