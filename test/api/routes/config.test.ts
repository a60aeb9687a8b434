import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { InputError } from '../../../domain/errors.ts';
import { configuration } from '../../store/samples.ts';
import { until } from '../../support/until.ts';
import { configurationDocument, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const JSON_TYPE = 'application/json;charset=utf-8';

it('answers an empty form before the first configuration', async () => {
  const gateway = await startGateway();
  const answer = await gateway.fetch('/deployment-engine/config');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe(JSON_TYPE);
  const { components, properties } = (await answer.json()) as { components: Record<string, []>; properties: object };
  expect(Object.keys(components)).toHaveLength(14);
  expect(Object.keys(properties)).toEqual([
    'domain',
    'disksize',
    'checkdisk',
    'adduser',
    'user',
    'password',
    'root',
    'home',
  ]);
});

it('stores a configuration that curl sends as a form, masks its secrets, and tells the mirror its home', async () => {
  const gateway = await startGateway();
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  const answer = await postConfiguration(gateway, configurationDocument(), headers);
  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe(JSON_TYPE);
  const { warnings, ...stored } = (await answer.json()) as { warnings: { pointer: string }[] };
  expect(warnings.map(({ pointer }) => pointer)).toContain('/components/cloud_controller_ng');
  expect(stored).toMatchObject({ properties: { password: '********', root: '********', domain: 'cf.local' } });
  const read = await gateway.fetch('/deployment-engine/config');
  expect(await read.json()).toEqual(stored);
  expect(read.headers.get('etag')).toBe(answer.headers.get('etag'));
  expect(readFileSync(join(gateway.dataDir, 'home'), 'utf8')).toBe('10.10.101.180\n');
});

it('has accepted a configuration whose home cannot be noted for the mirror', async () => {
  const gateway = await startGateway();
  mkdirSync(join(gateway.dataDir, 'home'));
  const answer = await postConfiguration(gateway, configurationDocument());
  expect(answer.status).toBe(201);
  expect(await gateway.store.configurations.newestNumber()).toBe(1);
});

it('answers the same revision to the same configuration, a new one to another', async () => {
  const gateway = await startGateway();
  const tags: (string | null)[] = [];
  for (const nats of [['10.0.0.1'], ['10.0.0.1'], ['10.0.0.2']])
    tags.push((await postConfiguration(gateway, configurationDocument(nats))).headers.get('etag'));
  expect(tags[0]).toMatch(/^"[^"]+"$/);
  expect(tags[1]).toBe(tags[0]);
  expect(tags[2]).not.toBe(tags[0]);
});

it('accepts nothing of a caller who has left before it could be', async () => {
  const rendered = Promise.withResolvers<readonly []>();
  const renderings = [rendered.promise];
  const gateway = await startGateway({ dryRun: () => renderings.shift() ?? Promise.resolve([]) });
  const leaving = new AbortController();
  const left = gateway.fetch('/deployment-engine/config', {
    method: 'POST',
    body: JSON.stringify(configurationDocument(['10.0.0.9'])),
    signal: leaving.signal,
  });
  await until(() => renderings.length === 0, 'it is being rendered');
  leaving.abort();
  await expect(left).rejects.toThrow('abort');
  // The gateway has heard of it before this.
  expect((await gateway.fetch('/deployment-engine/config')).status).toBe(200);
  rendered.resolve([]);
  // Its turn comes after that of the one before.
  expect((await postConfiguration(gateway, configurationDocument())).status).toBe(201);
  expect(await gateway.store.configurations.newestNumber()).toBe(1);
});

it('refuses a change on top of a revision that is no longer the newest', async () => {
  const gateway = await startGateway();
  const first = (await postConfiguration(gateway)).headers.get('etag') ?? '';
  expect((await postConfiguration(gateway, configurationDocument(['10.0.0.1']), { 'If-Match': first })).status).toBe(
    201,
  );
  const late = await postConfiguration(gateway, configurationDocument(['10.0.0.2']), { 'If-Match': first });
  expect(late.status).toBe(412);
  expect(await late.json()).toMatchObject({ code: 'RevisionMismatch', status: 412 });
});

it('keeps a secret that comes back as its mask', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const document: unknown = await (await gateway.fetch('/deployment-engine/config')).json();
  await postConfiguration(gateway, document);
  const newest = await gateway.store.configurations.newest();
  expect(newest?.number).toBe(1);
  expect(newest?.configuration.properties.password.reveal()).toBe('a-long-password');
});

it('names every problem at once, in the words of the caller, and stores nothing', async () => {
  const gateway = await startGateway();
  const { components, properties } = configurationDocument();
  const document = { components: { ...components, nats: ['x'] }, properties: { ...properties, home: '8.8.8.8' } };
  const answer = await postConfiguration(gateway, document, { 'Accept-Language': 'zh-CN,zh;q=0.9,en;q=0.8' });
  expect(answer.status).toBe(400);
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const problem = (await answer.json()) as { title: string; errors: { pointer: string }[] };
  expect(problem).toMatchObject({ code: 'InvalidConfiguration', status: 400, title: '配置无效' });
  expect(problem.errors.map(({ pointer }) => pointer)).toEqual(
    expect.arrayContaining(['/components/nats/0', '/properties/home']),
  );
  expect(await gateway.store.configurations.newest()).toBeUndefined();
});

it('warns of weak secrets', async () => {
  const gateway = await startGateway();
  const { components, properties } = configurationDocument();
  const answer = await postConfiguration(gateway, { components, properties: { ...properties, root: '123456' } });
  expect(answer.status).toBe(201);
  const { warnings } = (await answer.json()) as { warnings: { pointer: string }[] };
  expect(warnings.map(({ pointer }) => pointer)).toContain('/properties/root');
});

it('takes no more than 1 MiB', async () => {
  const gateway = await startGateway();
  const answer = await gateway.fetch('/deployment-engine/config', {
    method: 'POST',
    body: ' '.repeat(1024 * 1024 + 1),
  });
  expect(answer.status).toBe(413);
  expect(await answer.json()).toMatchObject({ code: 'BodyTooLarge' });
});

it('refuses what is not JSON or not UTF-8', async () => {
  const gateway = await startGateway();
  for (const body of ['', '{"components":', new Uint8Array([0xff, 0x7b])]) {
    const answer = await gateway.fetch('/deployment-engine/config', { method: 'POST', body });
    expect(answer.status).toBe(400);
  }
});

it('refuses a configuration that the templates refuse, with all problems, and stores nothing', async () => {
  const errors = [
    {
      pointer: '/jobs/nats/templates/nats.conf.erb',
      message: 'line 3: property nats.user is not set (nats/0, nats/1)',
    },
    { pointer: '/jobs/haproxy/monit', message: 'line 1: undefined name nonsense (haproxy/0)' },
  ];
  const gateway = await startGateway({ dryRun: () => Promise.reject(new InputError('TemplateError', errors)) });
  const answer = await postConfiguration(gateway);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 'TemplateError', errors });
  expect(await gateway.store.configurations.newest()).toBeUndefined();
  expect((await gateway.store.secrets.known()).size).toBe(0);
});

it('passes on what the dry run warns of', async () => {
  const warning = { pointer: '', message: 'no template was rendered' };
  const gateway = await startGateway({ dryRun: async () => [warning] });
  expect(await (await postConfiguration(gateway)).json()).toMatchObject({
    warnings: expect.arrayContaining([warning]),
  });
});

it('is judged anew where another gateway has accepted one meanwhile', async () => {
  const others = [configuration({ nats: ['10.0.0.7'] })];
  const gateway: Gateway = await startGateway({
    // While it is rendered.
    dryRun: async () => {
      const other = others.shift();
      if (other !== undefined) await gateway.store.configurations.accept(other, {});
      return [];
    },
  });
  const first = await postConfiguration(gateway, configurationDocument(['10.0.0.1']));
  expect(first.headers.get('etag')).toMatch(/^"2-/);
  others.push(configuration({ nats: ['10.0.0.8'] }));
  const second = await postConfiguration(gateway, configurationDocument(['10.0.0.2']), {
    'If-Match': first.headers.get('etag') ?? '',
  });
  expect(second.status).toBe(412);
  expect(await gateway.store.configurations.newestNumber()).toBe(3);
});
