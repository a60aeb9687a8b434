import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { MetricsExporterConfig } from '@temporalio/worker';
import { drawnLoopback } from '../../temporal/drawn-loopback.ts';

/** Where Temporal's SDK serves its own figures: a free port on an address of loopback that nobody else knows. */
export async function sdkMetrics(): Promise<{ readonly address: string; readonly exporter: MetricsExporterConfig }> {
  const address = await freeAddress();
  return {
    address,
    exporter: {
      prometheus: { bindAddress: address, countersTotalSuffix: true, useSecondsForDurations: true, unitSuffix: true },
    },
  };
}

async function freeAddress(): Promise<string> {
  const host = drawnLoopback();
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return `${host}:${port}`;
}
