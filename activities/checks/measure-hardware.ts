import { type Command, sh } from '../../domain/command.ts';
import type { Measured } from '../../domain/node/hardware.ts';
import type { Answers } from './answers.ts';
import { measureDisk } from './measure-disk.ts';

/** Prints what a machine has, as named values. */
export const measureHardware: Command = sh`
  awk '/^processor/ {count++} /^MemTotal/ {total = $2} END {print "processors=" count; print "memoryKiB=" total}' \
    /proc/cpuinfo /proc/meminfo
  echo "diskBytes=$(
    ${measureDisk()}
  )"`;

export const hardwareIn = ({ number }: Answers): Measured => ({
  processors: number('processors'),
  memoryKiB: number('memoryKiB'),
  diskBytes: number('diskBytes'),
});
