import { request } from 'node:http';
import { expect, it } from 'vitest';
import { DeploymentEngineError, InputError } from '../../../domain/errors.ts';
import type { PlanPreview } from '../../../domain/plan/plan-preview.ts';
import { configurationDocument, type Gateway, postConfiguration, startGateway } from '../gateway.ts';

const PREVIEW: PlanPreview = {
  revision: 1,
  release: { name: 'cf', version: '170', sha256: 'f'.repeat(64) },
  nodes: [],
  instances: [
    {
      id: 'nats/0',
      address: '10.10.101.182',
      change: 'added',
      reasons: ['not installed'],
      steps: [],
      needs: [],
      after: [],
      obstacles: [],
    },
  ],
  builds: {},
  hash: 'a'.repeat(64),
};

/** A worker that answers each inspection, and tells the addresses of nats it was asked about. */
function answering(gateway: Gateway): string[][] {
  const asked: string[][] = [];
  gateway.cluster.inspect = async (question, inspection) => {
    expect(question).toBe('preview');
    const { configuration } = (await gateway.store.inspections.asked(inspection)) ?? {};
    asked.push([...(configuration?.components.nats ?? [])]);
    await gateway.store.inspections.answer<'preview'>(inspection, PREVIEW);
  };
  return asked;
}

const postPlan = (gateway: Gateway, document: unknown): Promise<Response> =>
  gateway.fetch('/deployment-engine/plan', { method: 'POST', body: JSON.stringify(document) });

it.each(['/deployment-engine/plan', '/deployment-engine/deploy?dry-run=1', '/deployment-engine/deploy?Dry-Run=true'])(
  'answers GET %s with the plan of the posted configuration, and starts nothing',
  async (path) => {
    const gateway = await startGateway();
    await postConfiguration(gateway);
    const asked = answering(gateway);
    gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
    const answer = await gateway.fetch(path);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
    expect(await answer.json()).toEqual(PREVIEW);
    expect(asked).toEqual([['10.10.101.182', '10.10.101.183']]);
  },
);

it('plans with another configuration, and stores nothing of it', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const asked = answering(gateway);
  const answer = await postPlan(gateway, configurationDocument(['10.10.101.199']));
  expect(answer.status).toBe(200);
  expect(asked).toEqual([['10.10.101.199']]);
  expect((await gateway.store.configurations.newest())?.number).toBe(1);
});

it('takes the mask for the secrets of the posted configuration', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  answering(gateway);
  const document = configurationDocument(['10.10.101.199']);
  const masked = { ...document, properties: { ...document.properties, password: '********', root: '********' } };
  expect((await postPlan(gateway, masked)).status).toBe(200);
});

it('tells the worker which secrets the sender need not know', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  const asked: unknown[] = [];
  gateway.cluster.inspect = async (_question, inspection) => {
    asked.push((await gateway.store.inspections.asked(inspection))?.candidate);
    await gateway.store.inspections.answer<'preview'>(inspection, PREVIEW);
  };
  const document = configurationDocument(['10.10.101.199']);
  await postPlan(gateway, { ...document, properties: { ...document.properties, root: '********' } });
  await gateway.fetch('/deployment-engine/plan');
  expect(asked).toEqual([{ masked: ['rootPassword'] }, undefined]);
});

it('plans before anything was posted', async () => {
  const gateway = await startGateway();
  answering(gateway);
  expect((await postPlan(gateway, configurationDocument())).status).toBe(200);
  expect((await gateway.fetch('/deployment-engine/plan')).status).toBe(403);
});

it('names every problem of a configuration that could not be accepted', async () => {
  const gateway = await startGateway();
  gateway.cluster.inspect = () => Promise.reject(new Error('must not be asked'));
  const document = configurationDocument(['not an address']);
  const answer = await postPlan(gateway, { ...document, properties: { ...document.properties, disksize: 0 } });
  expect(answer.status).toBe(400);
  expect((await answer.json()) as object).toMatchObject({
    code: 'InvalidConfiguration',
    errors: [{ pointer: '/components/nats/0' }, { pointer: '/properties/disksize' }],
  });
});

it.each(['/deployment-engine/plan?run=1', '/deployment-engine/deploy?dry-run=0', '/deployment-engine/deploy?dry=1'])(
  'refuses GET %s, which it does not understand',
  async (path) => {
    const gateway = await startGateway();
    await postConfiguration(gateway);
    gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
    gateway.cluster.inspect = () => Promise.reject(new Error('must not be asked'));
    const answer = await gateway.fetch(path);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'InvalidRequest' });
  },
);

it.each([
  ['?dry-run=1', '{}', 200],
  ['?dry-run=1', '{"dry-run":1}', 400],
  ['?dry-run=1', '{"Dry-Run":1}', 400],
  ['?dry-run=1&dry-run=1', undefined, 400],
  ['?dry-run=1&DRY-run=1', undefined, 400],
  ['?dry-run=1', '[]', 400],
  ['?dry-run=1', '{"x":1}', 400],
  ['?x=1', '{"dry-run":1}', 400],
])('takes %s and a body %s as one set of keys, and deploys for none', async (query, body, status) => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  answering(gateway);
  gateway.cluster.deploy = () => Promise.reject(new Error('must not be asked'));
  const port = Number(new URL(gateway.url).port);
  const answered = await new Promise<number>((resolve, reject) => {
    const path = `/deployment-engine/deploy${query}`;
    const headers = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    request({ port, host: '127.0.0.1', path, headers }, (answer) => resolve(answer.resume().statusCode ?? 0))
      .on('error', reject)
      .end(body);
  });
  expect(answered).toBe(status);
});

it('passes on why nobody can look', async () => {
  const gateway = await startGateway();
  await postConfiguration(gateway);
  gateway.cluster.inspect = () => Promise.reject(new DeploymentEngineError('NoWorker', 'none is connected'));
  const answer = await gateway.fetch('/deployment-engine/plan');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ code: 'NoWorker', detail: 'none is connected' });
});

it('answers with the template errors of another release that has come meanwhile', async () => {
  const errors = [{ pointer: '/jobs/nats/monit', message: 'line 1: property nats.user is not set (nats/0)' }];
  let isRefused = false;
  const gateway = await startGateway({
    dryRun: async () => {
      if (isRefused) throw new InputError('TemplateError', errors);
      return [];
    },
  });
  await postConfiguration(gateway);
  isRefused = true;
  const answer = await gateway.fetch('/deployment-engine/plan');
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ code: 'TemplateError', errors });
});
