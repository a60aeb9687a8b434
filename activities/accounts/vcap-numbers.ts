import type { NodeContext } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { joined, allOf } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Answers } from '../checks/answers.ts';
import type { Account } from './accounts.ts';

/** NFS v3 maps by number only, so account and group vcap must have the same one everywhere. */
export const VCAP_ID = 5100;

const NFS_COMPONENTS: readonly string[] = ['nfs_server', 'cloud_controller_ng'];

/** Who has uid and gid 5100, and the gid of the group vcap. */
export interface VcapNumbers {
  readonly uidHolder: string | undefined;
  readonly gidHolder: string | undefined;
  /** Undefined = there is no group vcap. */
  readonly groupId: number | undefined;
}

/** Of groups; who has the uid is told with the accounts. */
export const lookAtNumbers = (): Command => sh`
  while IFS=: read -r name password gid members; do
    [ "$gid" != ${VCAP_ID} ] || echo "gid-holder=$name"
    [ "$name" != vcap ] || echo "group-id=$gid"
  done <<GROUPS
  $(getent group ${VCAP_ID} vcap)
  GROUPS`;

export const numbersIn = (answers: Answers): VcapNumbers => ({
  uidHolder: answers.value('uid-holder'),
  gidHolder: answers.value('gid-holder'),
  groupId: answers.value('group-id') === undefined ? undefined : Number(answers.value('group-id')),
});

/** Files of a running cluster belong to the numbers, so an account or group that has others is never changed. */
export function refuseOtherNumbers(
  vcap: Account | undefined,
  { uidHolder, gidHolder, groupId }: VcapNumbers,
  { instances, address }: Pick<NodeContext, 'instances' | 'address'>,
): void {
  const sharing = instances.map(({ instance }) => instance.component).filter((name) => NFS_COMPONENTS.includes(name));
  if (sharing.length === 0) return;
  const problems = [
    ...(vcap === undefined || vcap.uid === VCAP_ID
      ? []
      : [phrase('the account vcap has uid {number} (usermod --uid {id} vcap)', { number: vcap.uid, id: VCAP_ID })]),
    ...(groupId === undefined || groupId === VCAP_ID
      ? []
      : [phrase('the group vcap has gid {number} (groupmod --gid {id} vcap)', { number: groupId, id: VCAP_ID })]),
    ...(vcap === undefined || [VCAP_ID, groupId].includes(vcap.gid)
      ? []
      : [
          phrase('the account vcap has another first group, of gid {gid} (usermod --gid vcap vcap)', { gid: vcap.gid }),
        ]),
    ...(uidHolder === undefined || uidHolder === 'vcap' ? [] : [taken('uid', uidHolder)]),
    ...(gidHolder === undefined || gidHolder === 'vcap' ? [] : [taken('gid', gidHolder)]),
  ];
  if (problems.length > 0)
    throw new DeploymentEngineError(
      'UnsupportedSystem',
      phrase(
        '{address}: {problems}. What {components} shares belongs to uid and gid {id} on every node. Give vcap these numbers, chown its files, and retry.',
        { address, problems: joined(problems), components: allOf([...new Set(sharing)]), id: VCAP_ID },
      ),
    );
}

const taken = (kind: 'uid' | 'gid', holder: string): Text =>
  phrase('{kind} {id} belongs to {holder}', { kind, id: VCAP_ID, holder });
