/** The API specification's 14 components, in its order. */
export const COMPONENTS = [
  'haproxy',
  'nats',
  'nfs_server',
  'database',
  'cloud_controller_ng',
  'etcd',
  'uaa',
  'login',
  'hm9000',
  'loggregator',
  'collector',
  'syslog_aggregator',
  'gorouter',
  'dea',
] as const;

export type ComponentName = (typeof COMPONENTS)[number];

/** The specified minimum of one machine: processors, MiB of memory, MiB of disk. */
export interface Hardware {
  readonly cpu: number;
  readonly ramMiB: number;
  readonly diskMiB: number;
}

/** `any`: one running instance is enough; `first`: index 0; `all`: every instance. */
export type NeedMode = 'any' | 'first' | 'all';

/** A component that must run before another starts. A soft need orders starts but never keeps an instance from starting. */
export interface ComponentNeed {
  readonly component: ComponentName;
  readonly mode: NeedMode;
  readonly hard: boolean;
}

interface ComponentTraits {
  /** At most one address is allowed. */
  readonly single: boolean;
  readonly minimum: Hardware;
  readonly needs: readonly ComponentNeed[];
  /** Instances other than index 0 wait for index 0 to run. */
  readonly firstAlone: boolean;
}

const SMALL: Hardware = { cpu: 1, ramMiB: 1024, diskMiB: 5120 };
const hard = (component: ComponentName, mode: NeedMode = 'any'): ComponentNeed => ({ component, mode, hard: true });
const soft = (component: ComponentName, mode: NeedMode = 'any'): ComponentNeed => ({ component, mode, hard: false });

/** Limits from table 1 of the API specification; needs from the scripts and configuration of cf-release. */
export const COMPONENT_TRAITS: Readonly<Record<ComponentName, ComponentTraits>> = {
  database: { single: true, minimum: { cpu: 1, ramMiB: 1024, diskMiB: 13312 }, needs: [], firstAlone: false },
  nats: { single: false, minimum: SMALL, needs: [], firstAlone: false },
  nfs_server: { single: true, minimum: { cpu: 1, ramMiB: 1024, diskMiB: 20480 }, needs: [], firstAlone: false },
  etcd: { single: true, minimum: SMALL, needs: [], firstAlone: true },
  syslog_aggregator: { single: true, minimum: SMALL, needs: [], firstAlone: false },
  uaa: { single: false, minimum: SMALL, needs: [hard('database'), hard('nats')], firstAlone: false },
  gorouter: {
    single: false,
    minimum: { cpu: 1, ramMiB: 2048, diskMiB: 10240 },
    needs: [hard('nats')],
    firstAlone: false,
  },
  loggregator: {
    single: true,
    minimum: { cpu: 1, ramMiB: 2048, diskMiB: 10240 },
    needs: [hard('etcd'), hard('nats')],
    firstAlone: false,
  },
  cloud_controller_ng: {
    single: false,
    minimum: { cpu: 1, ramMiB: 4096, diskMiB: 13312 },
    needs: [hard('database'), hard('nfs_server'), hard('nats'), soft('uaa')],
    firstAlone: true,
  },
  login: { single: false, minimum: SMALL, needs: [hard('nats'), soft('uaa')], firstAlone: false },
  hm9000: {
    single: false,
    minimum: SMALL,
    needs: [hard('etcd'), hard('nats'), soft('cloud_controller_ng')],
    firstAlone: false,
  },
  haproxy: { single: true, minimum: SMALL, needs: [soft('gorouter')], firstAlone: false },
  collector: { single: false, minimum: SMALL, needs: [hard('nats')], firstAlone: false },
  dea: {
    single: false,
    minimum: { cpu: 2, ramMiB: 4096, diskMiB: 35840 },
    needs: [hard('nats'), soft('loggregator'), soft('haproxy'), soft('cloud_controller_ng')],
    firstAlone: false,
  },
};
