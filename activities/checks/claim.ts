import { sh } from '../../domain/command.ts';
import { type ClaimFiles, claimOf, type NodeClaim } from '../../domain/node/adoption.ts';
import type { Visitor } from '../../domain/node/copied-engine.ts';
import type { Answers } from './answers.ts';
import { type Claimant, claimantIn, visitorIn } from './claimant.ts';

/** Which engine claimed a node, and what the node carries. */
export interface FoundClaim {
  readonly claim: NodeClaim;
  /** What its engine has noted about itself; undefined if an engine made the claim that notes nothing. */
  readonly claimant: Claimant | undefined;
  /** Who raised the fence that is in force; undefined if that engine leaves no note. */
  readonly visitor: Visitor | undefined;
  /** Ids of the instances that have a folder there. */
  readonly instances: readonly string[];
}

const FOLDER = '/var/lib/deployment-engine';

/** Prints what `foundClaim` reads. A last line without its end was cut. */
export const readClaim = sh`
  for name in owner fence; do
    [ ! -e ${FOLDER}/"$name" ] || { read -r line 2>/dev/null <${FOLDER}/"$name" || line=; echo "$name=$line"; }
  done
  for name in claimant visitor; do
    read -r line 2>/dev/null <${FOLDER}/"$name" && echo "$name=$line"
  done
  for place in /var/vcap/bosh/instances/*_*; do [ ! -d "$place" ] || echo "instance=\${place##*/}"; done`;

export function foundClaim({ all, value }: Answers): FoundClaim {
  const files: ClaimFiles = { owner: all('owner')[0], fence: all('fence')[0] };
  return {
    claim: claimOf(files),
    claimant: claimantIn(value('claimant') ?? ''),
    visitor: visitorIn(value('visitor') ?? '', files),
    instances: all('instance').map(instanceOf),
  };
}

/** `cloud_controller_ng_0` -> `cloud_controller_ng/0` */
const instanceOf = (tag: string): string => tag.replace(/_(\d+)$/, '/$1');
