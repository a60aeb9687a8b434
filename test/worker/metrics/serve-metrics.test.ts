import type { AddressInfo } from 'node:net';
import { Gauge, Registry } from 'prom-client';
import { expect, it, onTestFinished } from 'vitest';
import { serveMetrics } from '../../../worker/metrics/serve-metrics.ts';

it('tells its own figures although the SDK tells none', async () => {
  const registry = new Registry();
  new Gauge({ name: 'parked', help: 'of the test', registers: [registry] }).set(3);
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const server = await serveMetrics({ host: '127.0.0.1', port: 0 }, registry, {
    sdk: '127.0.0.1:9',
    signal: stop.signal,
  });
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(answer.status).toBe(200);
  const text = await answer.text();
  expect(text).toContain('parked 3\n');
  expect(text).toMatch(/^# no figures of Temporal's SDK: /m);
});
