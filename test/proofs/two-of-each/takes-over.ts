import type { ComponentName } from '../../../domain/components.ts';
import * as cluster from '../../integration/test-cluster.ts';

/** Who goes on when its twin is lost. */
export interface Survivor {
  readonly number: number;
  readonly address: string;
  /** Where etcd is. */
  readonly etcd: string;
  /** The loss, in milliseconds since the epoch. */
  readonly lostAt: number;
}

interface HealthReport {
  readonly by: string;
  readonly at: string;
  readonly desired: number;
}

/** Of components that no page needs: whether the survivor does what its twin has done. */
export const TAKES_OVER: Partial<Record<ComponentName, (survivor: Survivor) => Promise<boolean>>> = {
  // One of them acts, and says so in its report.
  hm9000: async ({ number, etcd, lostAt }) => {
    const { by, at } = await healthReport(etcd);
    return by === `hm9000-${number}` && Date.parse(at) > lostAt;
  },

  dea: async ({ address, etcd }) => {
    const { desired } = await healthReport(etcd);
    const running = await cluster.onNode(address, "pgrep -c -f '[a]pp.rb' || true");
    return Number(running) >= desired;
  },

  collector: async ({ address, lostAt }) => {
    const log = '/var/vcap/sys/log/collector/collector.log';
    const since = new Date(lostAt).toISOString();
    return (await cluster.onNode(address, `awk '$1 > "${since}" && / uptime=/' ${log}`)) !== '';
  },
};

async function healthReport(etcd: string): Promise<HealthReport> {
  const answer = await fetch(`http://${etcd}:4001/v2/keys/hm/report`);
  const { node } = (await answer.json()) as { node: { value: string } };
  return JSON.parse(node.value) as HealthReport;
}
