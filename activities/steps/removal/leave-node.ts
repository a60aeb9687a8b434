import type { NodeContext } from '../../../cluster/node-context.ts';
import { raw, sh } from '../../../domain/command.ts';
import { DeploymentEngineError } from '../../../domain/errors.ts';
import { type Change, change, type Step } from '../../../domain/step.ts';
import { readAnswers } from '../../checks/answers.ts';
import { putOwnLines } from '../../checks/own-lines.ts';
import { RETENTION } from '../../special/syslog/syslog-receiver-files.ts';
import { systemNamesBlock } from '../../special/system-names.ts';
import { APT_FILES_OF_OURS, APT_SOURCES, APT_SOURCES_ASIDE, isOurList, LIES_THERE } from '../swap-apt-source.ts';

export interface LeavingFacts {
  /** Engine that claimed the node; empty on a free one. */
  readonly owner: string;
  /** Something of the cluster is still on it. */
  readonly isInUse: boolean;
}

/** Gives up a node that carries nothing of the cluster any more; account, packages and store stay. */
export const leaveNode = ({ engine }: Pick<NodeContext, 'engine'>): Step<LeavingFacts> => ({
  title: 'Leave the node',

  check: {
    run: sh`
      read -r owner _ 2>/dev/null </var/lib/deployment-engine/owner && echo "owner=$owner"
      [ -z "$(ls -A /var/vcap/bosh/instances 2>/dev/null)" ] || echo use=yes
      true`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return { owner: answers.value('owner') ?? '', isInUse: answers.has('use') };
    },
  },

  // The claim goes last, so that after a crash the next attempt can go on.
  changes: ({ owner, isInUse }) =>
    isInUse || owner !== engine.id
      ? []
      : [
          change(REASON, putAptBack(), { timeoutMs: 120_000 }),
          change(REASON, sh`[ ! -e /etc/hosts ] || { ${putOwnLines(systemNamesBlock([]))}; }`),
          change(REASON, stopMonit()),
          change(REASON, endForwarding(), { timeoutMs: 60_000 }),
          { reason: REASON, act: { kind: 'leave' } } satisfies Change,
        ],
});

/** The same of a node that was only prepared; one with instances that the store does not know is not touched. */
export function giveBack({ engine }: Pick<NodeContext, 'engine'>): Step<LeavingFacts> {
  const leaving = leaveNode({ engine });
  return {
    ...leaving,
    title: 'Give the node back',
    changes(facts) {
      if (facts.isInUse && facts.owner === engine.id)
        throw new DeploymentEngineError(
          'UnknownInstances',
          'it carries instances that this engine has not installed: see /var/vcap/bosh/instances there',
        );
      return leaving.changes(facts);
    },
  };
}

/** Where the release's own script puts what its template makes. */
const FORWARDER = '/etc/rsyslog.d/00-syslog_forwarder.conf';

const REASON = 'nothing of the cluster is left on the node';

// Repeated after it was cut off, and where people have changed their sources meanwhile: what is not ours stays.
const putAptBack = () => sh`
  ${LIES_THERE}
  rm -f ${APT_FILES_OF_OURS}
  [ ! -e ${APT_SOURCES} ] || ! ${isOurList(APT_SOURCES)} || rm -f ${APT_SOURCES}
  put_back() { ! lies_there "$1" || lies_there "$2" || mv "$1" "$2"; }
  if [ -d ${APT_SOURCES_ASIDE} ]; then
    put_back ${APT_SOURCES_ASIDE}/sources.list ${APT_SOURCES}
    for file in ${APT_SOURCES_ASIDE}/*.list ${APT_SOURCES_ASIDE}/*.sources; do
      [ "$file" = ${APT_SOURCES_ASIDE}/sources.list ] || put_back "$file" "/etc/apt/sources.list.d/\${file##*/}"
    done
    rmdir ${APT_SOURCES_ASIDE} 2>/dev/null ||
      echo "older sources of the node are kept in ${raw(APT_SOURCES_ASIDE)}: $(ls ${APT_SOURCES_ASIDE} | tr '\\n' ' ')"
  fi`;

// Nothing is left to watch.
const stopMonit = () => sh`
  if [ -x /etc/init.d/vcap-monit ]; then
    /etc/init.d/vcap-monit stop >/dev/null 2>&1 || true
    update-rc.d -f vcap-monit remove >/dev/null 2>&1 || true
  fi`;

// What jobs leave outside of their folders: this node would send its log lines to the cluster for ever.
const endForwarding = () => sh`
  rm -f ${RETENTION}
  if [ -e ${FORWARDER} ]; then
    rm -f ${FORWARDER}
    service rsyslog restart >/dev/null 2>&1 || true
  fi`;
