import { type ComponentName, COMPONENTS } from '../components.ts';
import type { Instance } from '../instance.ts';
import { remembered } from '../manifest/remembered.ts';
import type { SpecialTable } from '../manifest/special-steps.ts';
import type { PropertyTable } from './property-table.ts';

/** A release job that a component is made of. */
export interface ComponentJob {
  readonly job: string;
  /** `first`: only on index 0; `per node`: once per node, on its first instance. Absent: on every instance. */
  readonly only?: 'first' | 'per node';
  /** The job stays away from every node that holds one of these components. */
  readonly notBeside?: readonly ComponentName[];
  /** `first`: installed wherever `only` says, but active on index 0 alone. Absent: active everywhere. */
  readonly runs?: 'first';
  /** Files of the job, as its spec names them, that its own scripts change: they do not count as drifted. */
  readonly rewrites?: readonly string[];
}

/** A job that stays away from every node that holds one of these components. */
export interface ApartJob {
  readonly job: string;
  readonly components: readonly ComponentName[];
  /** Those that it may belong to. */
  readonly bearers: readonly ComponentName[];
}

/** A port that a component listens on. */
export interface PortSetting {
  readonly component: ComponentName;
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  /** How to move it; absent = it stays where it is. */
  readonly movable?: {
    /** Every property that carries the number. */
    readonly properties: readonly [string, ...string[]];
    /** The number to try first when the port is taken, and upwards from there. */
    readonly from: number;
  };
}

/** What the engine knows of one release version; everything that differs between versions is in here. */
export interface ReleaseVersion {
  /** Name and major version as the release's index states them. */
  readonly release: { readonly name: string; readonly version: string };
  /** The jobs of each component in installation order; none where the node's own programs do the work. */
  readonly jobs: Readonly<Record<ComponentName, readonly ComponentJob[]>>;
  /** What components need of their nodes beyond their jobs. */
  readonly special: SpecialTable;
  /** Movable ports that come first keep their number when two clash. */
  readonly ports: readonly PortSetting[];
  /** Names of the secrets that are generated once per cluster. */
  readonly secrets: readonly string[];
  readonly properties: PropertyTable;
  /** The properties read by jobs that declare none and so see the whole manifest. */
  readonly reads: Readonly<Record<string, readonly string[]>>;
}

type Jobs = Pick<ReleaseVersion, 'jobs'>;

/** The jobs of a version that cannot be beside certain components. */
export const apartJobsOf = ({ jobs }: Jobs): ApartJob[] => {
  const all = Object.values(jobs).flat();
  const apart = new Map(all.flatMap(({ job, notBeside = [] }) => (notBeside.length === 0 ? [] : [[job, notBeside]])));
  const isBearer = (component: ComponentName, job: string): boolean => jobs[component].some((each) => each.job === job);
  return [...apart].map(([job, components]) => ({
    job,
    components,
    bearers: COMPONENTS.filter((component) => isBearer(component, job)),
  }));
};

/** The release jobs of one instance; `instances` are those of the whole cluster. */
export const jobsOf = (version: Jobs, instance: Instance, instances: readonly Instance[]): string[] =>
  installed(version, instance, instances).map(({ job }) => job);

/** Those of `jobsOf` that are installed on this instance but must not run there. */
export const idleJobsOf = (version: Jobs, instance: Instance, instances: readonly Instance[]): string[] =>
  installed(version, instance, instances)
    .filter(({ runs }) => runs === 'first' && instance.index !== 0)
    .map(({ job }) => job);

/** Files of the instance's jobs that change by themselves, as `JOB/PATH`. */
export const filesRewritten = (version: Jobs, instance: Instance, instances: readonly Instance[]): string[] =>
  installed(version, instance, instances).flatMap(({ job, rewrites = [] }) => rewrites.map((path) => `${job}/${path}`));

const byAddress = remembered((instances: readonly Instance[]) => Map.groupBy(instances, ({ address }) => address));

function installed({ jobs }: Jobs, instance: Instance, instances: readonly Instance[]): readonly ComponentJob[] {
  const neighbours = byAddress(instances).get(instance.address) ?? [];
  return jobs[instance.component].filter(({ job, only, notBeside = [] }) => {
    if (neighbours.some(({ component }) => notBeside.includes(component))) return false;
    if (only === 'first') return instance.index === 0;
    if (only === 'per node') return bearerOf(job, jobs, neighbours)?.id === instance.id;
    return true;
  });
}

/** The instance that carries a job of which a node needs only one. */
const bearerOf = (job: string, jobs: ReleaseVersion['jobs'], neighbours: readonly Instance[]): Instance | undefined =>
  neighbours
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .find(({ component }) => jobs[component].some((candidate) => candidate.job === job));
