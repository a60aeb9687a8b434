import { expect, it } from 'vitest';
import { ASKED_FIRST } from '../../../api/http/ask-first.ts';
import { inBrowser, reasonWithoutBrowser } from '../../integration/web-ui.ts';
import { askedGateway } from './asked-gateway.ts';

const QUERY: Partial<Record<(typeof ASKED_FIRST)[number], string>> = {
  restart: '?name=nats&ip=10.10.101.182',
  stop: '?name=nats&ip=10.10.101.182',
};

it.skipIf(reasonWithoutBrowser !== undefined).each([
  [
    'en-US',
    'en',
    {
      deploy: 'Deploys the newest configuration.',
      restart: 'Restarts the instances named below.',
      stop: 'Stops the instances named below, until a restart or a deploy starts them.',
      plan: 'Looks at all nodes and says what a deploy would do. Changes nothing.',
      credentials: 'Shows the password of the Cloud Foundry admin; local.log records that it was shown.',
    },
  ],
  [
    'zh-CN',
    'zh',
    {
      deploy: '按最新的配置进行部署。',
      restart: '重启下列组件实例。',
      stop: '停止下列组件实例，直到重启或部署再次启动它们。',
      plan: '查看所有节点，说明部署会做什么；不作任何更改。',
      credentials: '显示 Cloud Foundry 管理员的密码；显示一事会记入 local.log。',
    },
  ],
] as const)(
  'says in a browser of %s what would happen, and does it for the key Enter alone',
  { timeout: 240_000 },
  async (locale, language, words) => {
    const { gateway, done } = await askedGateway();
    await inBrowser(
      async (page) => {
        for (const name of ASKED_FIRST) {
          await page.goto(`${gateway.url}/deployment-engine/${name}${QUERY[name] ?? ''}`);
          expect(await page.locator('html').getAttribute('lang')).toBe(language);
          await page.getByText(words[name], { exact: true }).waitFor();
          const named = await page.locator('li').allTextContents();
          expect(named).toEqual(QUERY[name] === undefined ? [] : ['name nats', 'ip 10.10.101.182']);
          // All that a keyboard can reach.
          expect(await page.locator('a, button, input, select, textarea, [tabindex]').allInnerTexts()).toEqual([name]);
          expect(done).toEqual([]);

          const [answer] = await Promise.all([
            page.waitForEvent('response', (response) => response.request().method() === 'POST'),
            page.keyboard.press('Enter'),
          ]);
          await page.locator('pre').waitFor(); // the answer, as the browser shows JSON
          expect([name, answer.status()]).toEqual([name, name === 'deploy' ? 202 : 200]);
          expect(done.splice(0)).toEqual([name]);
        }
      },
      { locale },
    );
  },
);
