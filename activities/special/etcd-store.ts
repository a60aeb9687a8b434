import { instanceFolder, type NodeContext, type WantedInstance } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { INSTANCE } from '../checks/process-status.ts';

/** Of v160, and of all others. */
const STORES = ['/var/vcap/store/etcd-0.3.0', '/var/vcap/store/etcd'];
const MARKER = '/var/vcap/store/etcd.member';
const OWN = '/var/lib/deployment-engine';
const STOP_SECONDS = 120;

interface StoreFacts {
  /** Whose data lies here, as an earlier deploy noted it. */
  readonly member: string | undefined;
  /** Folders that hold data. */
  readonly stores: readonly string[];
  /** Whether this instance has run here before, noted or not. */
  readonly hasStarted: boolean;
}

/** A member that starts on another's data confuses the whole etcd cluster, so such data is moved aside, never deleted. */
export const etcdStore = (
  { engine }: Pick<NodeContext, 'engine'>,
  { instance }: Pick<WantedInstance, 'instance'>,
): Step<StoreFacts> => {
  const wanted = `${engine.id} etcd-${instance.index}`;
  // The folder is vcap's, who may put links there: root writes in a folder of its own, and a rename follows none.
  const note = sh`
    mkdir -p ${OWN}
    draft=$(mktemp ${OWN}/member.XXXXXX)
    echo ${wanted} >"$draft"
    chmod 0644 "$draft"
    mv -fT "$draft" ${MARKER}`;
  return {
    title: 'etcd store',

    check: {
      run: sh`
        [ ! -f ${MARKER} ] || dd if=${MARKER} iflag=nofollow 2>/dev/null | sed 's/^/member=/'
        for store in ${STORES}; do
          [ -n "$(ls -A "$store" 2>/dev/null)" ] && echo "store=$store"
        done
        [ -f ${instanceFolder(instance)}/started ] && echo started=yes
        true`,
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          member: answers.value('member'),
          stores: answers.all('store'),
          hasStarted: answers.has('started'),
        };
      },
    },

    changes: ({ member, stores, hasStarted }) => {
      if (member === wanted) return [];
      if (stores.length === 0) return [change('it is not recorded which member the data belongs to', note)];
      if (member === undefined && hasStarted)
        return [change('it is not recorded which member the data belongs to', note)];
      return [
        change(
          phrase('holds the data of {member}', { member: member ?? 'an unknown member' }),
          moveAside(instance, stores),
          {
            long: true,
            failures: { 3: 'JobNotRunning' },
          },
        ),
        change('it is not recorded which member the data belongs to', note),
      ];
    },
  };
};

/** Another member's process may still use the data. A link to a folder under the new name is not followed. */
const moveAside = ({ component, number }: WantedInstance['instance'], stores: readonly string[]): Command => sh`
  [ ! -x ${INSTANCE} ] || ${INSTANCE} stop ${`${component}_${number}`} ${STOP_SECONDS}
  now=$(date -u +%Y%m%dT%H%M%SZ)
  for store in ${stores}; do mv -T "$store" "$store.aside-$now"; done`;
