import { expect, it } from 'vitest';
import { until } from '../../support/until.ts';
import { bearer, routes, signsIn, strictGateway } from '../asked-routes.ts';
import { rawAnswer } from '../raw-answer.ts';

it('has local.log tell every call that is for operators and admins, and no other', async () => {
  const { gateway, tokens } = await strictGateway();
  const lines = async (): Promise<string[]> =>
    (await gateway.store.log.read(0, { from: 0, limit: 10_000 })).map(({ line }) => line);
  const from = '10.9.1.1';
  const asked = routes.filter((route) => !signsIn(route) && route.path !== '/deployment-engine/log');
  const answers = await Promise.all(
    asked.map(async (route) => {
      const headers = { ...bearer(tokens.admin), 'X-Forwarded-For': from };
      const { status } = await rawAnswer(gateway, { ...route, headers });
      return { route, status };
    }),
  );
  const audited = answers.filter(({ route: { scope } }) => scope === 'operator' || scope === 'admin');
  expect(audited.length).toBeGreaterThan(20);
  const told = audited.map(({ route: { method, path }, status }) => `${method} ${path} … ${from}: ${status}`);
  const noted = async (): Promise<string[]> =>
    (await lines())
      .filter((line) => line.includes(` from ${from}: `))
      .map((line) => line.replace(/ by admin \(\w{8}\) from /, ' … '));
  await until(async () => (await noted()).length >= told.length, 'the calls are noted');
  expect((await noted()).toSorted()).toEqual(told.toSorted());
});
