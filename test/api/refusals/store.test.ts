import { describe, expect, it } from 'vitest';
import { serialWith } from '../../support/serials.ts';
import { bearer, strictGateway } from '../asked-routes.ts';
import { beginRun, endRun, type Gateway, postConfiguration, startGateway } from '../gateway.ts';
import { gatewayWithRuns } from '../gateway-with-runs.ts';
import { rawAnswer } from '../raw-answer.ts';
import { CANDIDATE, DEPLOYS, expectEach, OPERATIONS, refusing, told } from './told.ts';

let gateway: Gateway;

describe('of a store that cannot be written', () => {
  it('by what has to store something before it acts', async () => {
    gateway = await startGateway();
    await postConfiguration(gateway);
    await endRun(gateway, (await beginRun(gateway, 'deployed')).number);
    Object.assign(gateway.store, { assertWritable: refusing('StoreUnwritable') });
    const calls = [['POST /config', CANDIDATE] as const, ...DEPLOYS, ...OPERATIONS];
    await expectEach(gateway, calls, ['StoreUnwritable']);
  });

  it('by what nobody may do unseen', async () => {
    gateway = await startGateway();
    await gateway.store.secrets.ensure(['cf_admin_password'], () => 'a-made-password');
    for (const method of ['GET', 'POST']) expect(await told(gateway, [`${method} /credentials`])).toBe('200');
    Object.assign(gateway.store.log, { append: refusing('StoreUnwritable') });
    await expectEach(gateway, [['GET /credentials'], ['POST /credentials']], ['StoreUnwritable']);
  });

  it('by a session, and by a serial', async () => {
    const { gateway: strict, tokens } = await strictGateway();
    gateway = strict;
    const unwritable = refusing('StoreUnwritable');
    Object.assign(strict.store.sessions, { open: unwritable, close: unwritable });
    const session = { path: '/deployment-engine/session' };
    const opened = { ...session, method: 'POST', body: JSON.stringify({ token: tokens.admin }) };
    const headers = { 'X-Forwarded-For': '10.9.0.3' };
    expect(await rawAnswer(gateway, { ...opened, headers })).toMatchObject({ code: 'StoreUnwritable' });
    const cookie = { ...headers, Cookie: `__Host-deployment_engine_session=${tokens.session}` };
    expect(await rawAnswer(gateway, { ...session, method: 'DELETE', headers: cookie })).toMatchObject({
      code: 'StoreUnwritable',
    });
    Object.assign(strict.store.serials, { activate: unwritable });
    const activate = {
      method: 'POST',
      path: '/deployment-engine/activation',
      headers: { ...headers, ...bearer(tokens.admin) },
      body: JSON.stringify({ serial: serialWith({}) }),
    };
    expect(await rawAnswer(gateway, activate)).toMatchObject({ code: 'StoreUnwritable' });
    expect(
      await rawAnswer(gateway, { ...session, method: 'GET', headers: { ...headers, ...bearer(tokens.admin) } }),
    ).toMatchObject({ status: 200 });
  });

  it('not by what only reads, nor by a decision that is taken up', async () => {
    gateway = await gatewayWithRuns(1);
    const unwritable = refusing('StoreUnwritable');
    Object.assign(gateway.store.log, { append: unwritable });
    expect(await told(gateway, ['POST /runs/1/resolve', { action: 'retry' }])).toBe('200');
    expect(await told(gateway, ['POST /runs/1/cancel'])).toBe('202');
    Object.assign(gateway.store.runs, { finish: unwritable });
    Object.assign(gateway.cluster, { stateOf: async () => 'stopped' });
    for (const path of ['/runs', '/runs/1', '/status'])
      expect(await told(gateway, [`GET ${path}`])).not.toMatch('StoreUnwritable');
  });
});
