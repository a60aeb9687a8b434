import { COMPONENT_TRAITS, type ComponentName } from '../components.ts';
import { type Phrase, phrase, type Text } from '../text/text.ts';
import { documentedDisk } from './disk-size.ts';

/** What a machine has. */
export interface Measured {
  readonly processors: number;
  /** MemTotal, kB. */
  readonly memoryKiB: number;
  /** Of the disk that holds `/`; in a container, of the file system. */
  readonly diskBytes: number;
}

/** A node whose hardware was asked for. */
export interface NodeHardware {
  readonly address: string;
  readonly measured?: Measured;
  /** Why it did not say. */
  readonly error?: Text;
}

/** A machine in the API specification's keys and units: processors, kB, GB of 10^9 bytes times 1024. */
export interface DocumentedHardware {
  readonly CPU: number;
  readonly RAM: number;
  readonly DISK: number;
}

/** A machine sold with 4 GiB shows a little less: so much below the table is still enough. */
const TOLERANCE = 0.9;

export const documented = ({ processors, memoryKiB, diskBytes }: Measured): DocumentedHardware => ({
  CPU: processors,
  RAM: memoryKiB,
  DISK: documentedDisk(diskBytes),
});

/** The API specification's table, summed over the components on one machine. */
export function requiredHardware(components: readonly ComponentName[]): DocumentedHardware {
  const minimums = components.map((component) => COMPONENT_TRAITS[component].minimum);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    CPU: sum(minimums.map(({ cpu }) => cpu)),
    RAM: sum(minimums.map(({ ramMiB }) => ramMiB)) * 1024,
    DISK: sum(minimums.map(({ diskMiB }) => diskMiB)),
  };
}

/** Where a machine is below the table, a sentence each. A shortage is a warning: components start with less. */
export function hardwareShortages(measured: Measured, components: readonly ComponentName[]): Text[] {
  const has = documented(measured);
  const required = requiredHardware(components);
  const asking = (wanted: number): Phrase =>
    components.length === 1
      ? phrase('{components} asks for {wanted}', { components, wanted })
      : phrase('{components} ask for {wanted}', { components, wanted });
  return [
    ...(has.CPU < required.CPU ? [fewProcessors(has.CPU, asking(required.CPU))] : []),
    ...(has.RAM < required.RAM * TOLERANCE
      ? [
          phrase('has {has} MiB of memory; {asking}', {
            has: Math.round(has.RAM / 1024),
            asking: asking(required.RAM / 1024),
          }),
        ]
      : []),
    ...(has.DISK < required.DISK * TOLERANCE
      ? [phrase('has a disk of {has} GB; {asking}', { has: has.DISK / 1024, asking: asking(required.DISK / 1024) })]
      : []),
  ];
}

const fewProcessors = (has: number, asking: Phrase): Phrase =>
  has === 1
    ? phrase('has 1 processor; {asking}', { asking })
    : phrase('has {has} processors; {asking}', { has, asking });
