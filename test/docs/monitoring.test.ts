import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { POLLED_WITHIN_MS } from '../../temporal/pollers.ts';
import { createWorkerMetrics } from '../../worker/metrics/worker-metrics.ts';
import { startGateway } from '../api/gateway.ts';

const read = (file: string): string => readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8');
const OWN = /\bdeployment_engine_\w+/g;

/** Names of the product's own metrics, as both programs declare them. */
async function declared(): Promise<string[]> {
  const gateway = await (await (await startGateway()).fetch('/metrics')).text();
  const worker = createWorkerMetrics();
  worker.watch({ connections: { tally: () => ({ open: 0, opened: 0 }) }, log: { written: () => 0 } });
  const types = `${gateway}\n${await worker.registry.metrics()}`.matchAll(/^# TYPE (deployment_engine_\w+) /gm);
  return [...types].map(([, name = '']) => name).toSorted();
}

it('the page has a row for each metric', async () => {
  const rows = [...read('monitoring.md').matchAll(/^\| `(deployment_engine_\w+)`/gm)].map(([, name = '']) => name);
  expect(rows.toSorted()).toEqual(await declared());
});

it.each(['monitoring/alerts.yml', 'monitoring/dashboard.json'])('%s uses metrics that there are', async (file) => {
  const names = (read(file).match(OWN) ?? []).map((name) => name.replace(/_(bucket|count|sum)$/, ''));
  expect(names.length).toBeGreaterThan(5);
  expect(await declared()).toEqual(expect.arrayContaining([...new Set(names)]));
});

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}
const { groups } = parse(read('monitoring/alerts.yml')) as { readonly groups: readonly { readonly rules: Rule[] }[] };
const rule = (name: string) => groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === name);

it.each(['StoreUnreachable', 'TemporalUnreachable'])('%s tells of one gateway among others', (name) => {
  expect(rule(name)?.expr).not.toMatch(/\b(max|min|sum|avg|count)\b/);
  expect(rule(name)?.annotations['summary']).toContain('{{ $labels.instance }}');
});

it('NoWorker says for how long workers count that are gone', () => {
  expect(rule('NoWorker')?.annotations['description']).toContain(`${POLLED_WITHIN_MS / 1000} seconds`);
});
