import { type Command, sh } from '../../domain/command.ts';
import type { Together } from '../../domain/step.ts';
import { DPKG_STATUS } from '../packages/dpkg-status.ts';
import { askOnce, tell } from './known.ts';
import { digestSeen, seeFiles } from './wanted-file.ts';

const ask = sh`
  echo "architecture=$(uname -m)"
  echo "packages=$(dpkg --print-architecture 2>/dev/null)"`;

/** Sets `told_architecture`: both stay true while dpkg writes nothing down and the kernel is the same. */
const seeArchitecture = (): Command => sh`
  ${digestSeen(DPKG_STATUS)}
  ${askOnce('architecture', {
    sign: sh`[ -z "$digest" ] || { read -r kernel </proc/sys/kernel/osrelease && echo "$digest $kernel"; }`,
    ask,
  })}`;

/** Part of a check: `architecture=` of the kernel, and `packages=` of dpkg. */
export const tellArchitecture = tell('architecture', ask);

export const ofArchitecture: readonly Together[] = [
  { read: seeFiles, names: [DPKG_STATUS] },
  { read: seeArchitecture, names: [], keeps: 'known_architecture' },
];
