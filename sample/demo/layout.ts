import { COMPONENTS, type ComponentName } from '../../domain/components.ts';

type Components = Record<ComponentName, string[]>;

type At = (number: number) => string;

export const DOMAIN = 'cf.local';

/** The 14 components on four nodes. */
const shared = (at: At): Partial<Components> => ({
  haproxy: [at(181)],
  nats: [at(181), at(182)],
  uaa: [at(181)],
  hm9000: [at(181)],
  gorouter: [at(182)],
  login: [at(182)],
  loggregator: [at(182)],
  database: [at(183)],
  nfs_server: [at(183)],
  etcd: [at(183)],
  syslog_aggregator: [at(183)],
  cloud_controller_ng: [at(184)],
  collector: [at(184)],
  dea: [at(184)],
});

/** How many instances of each the document's example has; one node each, .181 to .199. */
const EXAMPLE: Partial<Record<ComponentName, number>> = { nats: 2, cloud_controller_ng: 2, uaa: 3, hm9000: 2 };

/**
 * The configuration a client would post: four shared nodes, or 19 with one instance each.
 * `network` is the first three numbers of their addresses; the control machine is .180 there.
 */
export function demoConfiguration(nodes: 4 | 19, network = '10.10.101') {
  const at: At = (number) => `${network}.${number}`;
  return {
    components: { ...emptyComponents(), ...(nodes === 4 ? shared(at) : exampleComponents(at)) },
    properties: {
      domain: DOMAIN,
      disksize: 5,
      checkdisk: 1,
      adduser: 1,
      user: 'vcap',
      password: 'sample-vcap-password',
      root: '123456',
      home: at(180),
    },
  };
}

function exampleComponents(at: At): Components {
  let next = 181;
  const take = (count: number): string[] => Array.from({ length: count }, () => at(next++));
  return Object.fromEntries(COMPONENTS.map((component) => [component, take(EXAMPLE[component] ?? 1)])) as Components;
}

const emptyComponents = (): Components => Object.fromEntries(COMPONENTS.map((component) => [component, []])) as never;
