import { beginRun, endRun, type Gateway, startGateway } from './gateway.ts';

export async function gatewayWithRuns(count: number): Promise<Gateway> {
  const gateway = await startGateway();
  for (let run = 1; run <= count; run++) {
    await beginRun(gateway, `temporal-${run}`);
    if (run < count) await endRun(gateway, run);
  }
  return gateway;
}
