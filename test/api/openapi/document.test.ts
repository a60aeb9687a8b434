import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, it } from 'vitest';
import { OPERATIONS } from '../../../api/openapi/operations/operations.ts';
import { ROUTES } from '../../../api/routes/route-table.ts';
import { startGateway } from '../gateway.ts';
import { DOCUMENT } from './described.ts';

const operations = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const operation = (method: string, path: string) => DOCUMENT.paths[`/deployment-engine${path}`]?.[method];
const namesIn = (method: string, path: string, place: string): unknown[] =>
  (operation(method, path)?.parameters ?? []).filter((each) => each['in'] === place).map(({ name }) => name);

it('is OpenAPI 3.1', async () => {
  const result = await new Validator().validate(structuredClone(DOCUMENT) as object as Record<string, unknown>);
  expect(result.errors ?? []).toEqual([]);
  expect(result.valid).toBe(true);
});

it('describes every route of the table, and no other', () => {
  const rows = ROUTES.map(({ method, path, described }) => `${method} ${described ?? String(path)}`);
  expect(Object.keys(OPERATIONS).toSorted()).toEqual(rows.toSorted());
  expect(operations.length).toBeGreaterThanOrEqual(rows.length);
});

it('names each operation once', () => {
  const ids = operations.map((each) => each.operation.operationId);
  expect(new Set(ids).size).toBe(ids.length);
});

it('asks for the scope that the table asks for', () => {
  expect(operation('post', '/config')?.security).toEqual([{ token: ['operator'] }, { session: ['operator'] }]);
  expect(operation('get', '/health')?.security).toEqual([]);
});

it('has every key that a route validates, in both spellings', () => {
  expect(namesIn('get', '/hardware', 'query')).toEqual(['name', 'Comp', 'ip', 'Ip']);
  expect(namesIn('put', '/stop', 'query')).toEqual(['name', 'Comp', 'ip', 'Ip', 'wait']);
  expect(namesIn('get', '/log', 'query')).toEqual(['run', 'from', 'stream', 'until', 'format']);
  expect(namesIn('get', '/deploy', 'query')).toEqual(['dry-run', 'confirm']);
  expect(namesIn('get', '/runs', 'query')).toEqual(['before', 'limit']);
  expect(namesIn('post', '/config', 'header')).toEqual(['If-Match']);
  expect(namesIn('post', '/runs/{run}/cancel', 'path')).toEqual(['run']);
});

it('has the bodies that the gateway validates', () => {
  expect(operation('post', '/config')?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Configuration' } } },
  });
  expect(DOCUMENT.components.schemas['Configuration']).toMatchObject({
    required: ['components', 'properties'],
    properties: { properties: { properties: { checkdisk: { enum: [0, 1, '0', '1'] } } } },
  });
  expect(operation('post', '/runs/{run}/resolve')?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { required: ['action'] } } },
  });
});

it('is served', async () => {
  const { fetch: ask } = await startGateway();
  const answer = await ask('/deployment-engine/openapi.json');
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('application/json;charset=utf-8');
  const { info, ...rest } = (await answer.json()) as typeof DOCUMENT;
  expect(info.version).toMatch(/^\d+\.\d+\.\d+/);
  expect({ ...rest, info: { ...info, version: '0.0.0' } }).toEqual(DOCUMENT);
});
