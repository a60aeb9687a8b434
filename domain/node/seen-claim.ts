import type { ErrorCode } from '../errors.ts';
import { joined } from '../text/joined.ts';
import { phrase, type Text } from '../text/text.ts';
import { type Adoption, type NodeClaim, strangersAmong, UNKNOWN_OWNER, unknownInstances } from './adoption.ts';

/** What a look has found out about whose a node is. */
export type SeenClaim = { readonly address: string } & (
  | {
      readonly error: Text;
      /** Default: it does not answer, as an older worker says of all that it cannot read. */
      readonly code?: ErrorCode;
    }
  | ReadClaim
);

export interface ReadClaim extends NodeClaim {
  /** Machine of the engine that has claimed it, and since when; undefined where the node does not say. */
  readonly host: string | undefined;
  readonly since: string | undefined;
  /** Of a node of this engine that a copy of it was at work on last: which copy. */
  readonly copy?: Text;
  /** Why its engine seems to be at work there. */
  readonly signs: readonly Text[];
  /** Ids of the instances it carries. */
  readonly instances: readonly string[];
}

/** What is to become of a node that was asked for. `own`: nothing, it is ours; `unclaimed`: the next deploy claims it. */
export type Takeover = { readonly address: string } & (
  | { readonly result: 'own' | 'unclaimed'; readonly claim: ReadClaim }
  | { readonly result: 'adopted'; readonly claim: ReadClaim; readonly adoption: Adoption }
  | {
      readonly result: 'refused';
      readonly claim: ReadClaim | undefined;
      readonly code: ErrorCode;
      readonly reason: Text;
    }
);

/** This engine, as far as it matters for what it may take over. */
interface Adopter {
  readonly id: string;
  readonly generation: number;
  /** Instances that it has installed. */
  readonly installed: readonly { readonly id: string; readonly address: string }[];
}

/**
 * An engine that works on one of its nodes is refused all of them: it is the engine that lives, not the node. A node that does not
 * answer may hide that, so it stays refused by itself.
 */
export function takeovers(claims: readonly SeenClaim[], adopter: Adopter): Takeover[] {
  const atWork = new Map(
    claims.flatMap((each) => ('signs' in each && each.signs.length > 0 ? [[each.owner, workOf(each)] as const] : [])),
  );
  return claims.map((each): Takeover => {
    const { address } = each;
    if ('error' in each) {
      const { code = 'NodeUnreachable', error: reason } = each;
      return { address, result: 'refused', claim: undefined, code, reason };
    }
    const claim = each;
    if (claim.owner === adopter.id)
      return claim.copy === undefined ? { address, result: 'own', claim } : ofCopy(address, claim, claim.copy, adopter);
    const work = claim.owner === '' ? undefined : atWork.get(claim.owner);
    if (work !== undefined) return { address, result: 'refused', claim, code: 'DuplicateController', reason: work };
    const own = adopter.installed.filter((instance) => instance.address === address).map(({ id }) => id);
    const strangers = strangersAmong(claim.instances, claim, { installed: own });
    if (strangers.length > 0)
      return { address, result: 'refused', claim, code: 'UnknownInstances', reason: unknownInstances(strangers) };
    if (claim.owner === '') return { address, result: 'unclaimed', claim };
    // A damaged claim hides its generation: it may have been one of ours.
    const generation =
      claim.owner === UNKNOWN_OWNER ? Math.max(claim.generation, adopter.generation) : claim.generation;
    return { address, result: 'adopted', claim, adoption: { owner: claim.owner, generation } };
  });
}

/** Its instances are made with the same secrets, so they may stay. */
function ofCopy(address: string, claim: ReadClaim, copy: Text, { id, generation }: Adopter): Takeover {
  if (claim.signs.length === 0)
    return {
      address,
      result: 'adopted',
      claim,
      adoption: { owner: id, generation: Math.max(claim.generation, generation) },
    };
  const reason = phrase('a copy of this engine on {copy} is at work on {address}: {signs}. Stop it first', {
    copy,
    address,
    signs: joined(claim.signs),
  });
  return { address, result: 'refused', claim, code: 'DuplicateController', reason };
}

const workOf = ({ address, owner, signs }: { readonly address: string } & ReadClaim): Text =>
  owner === UNKNOWN_OWNER
    ? phrase('an unknown engine is at work on {address}: {signs}. Stop it first', { address, signs: joined(signs) })
    : phrase('the engine {owner} is at work on {address}: {signs}. Stop it first', {
        owner,
        address,
        signs: joined(signs),
      });
