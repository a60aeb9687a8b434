import type { NodeContext } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { type Change, change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { keepOriginal } from '../checks/own-lines.ts';
import { makeVcapFolder } from '../checks/vcap-folder.ts';

const SHARED = '/var/vcap/store/shared';
const EXPORTS = '/etc/exports';
const CARRIED = '/etc/exports.d/before-deployment-engine.exports';
/** exportfs does not read files with this name, so it never reads half of one. */
const NEW = `${CARRIED}.new`;
const ONE_ENTRY_A_LINE = String.raw`:join
/\\$/N; s/\\\n//; t join
s/^[[:space:]]*//; s/[[:space:]]*$//`;

interface ExportFacts {
  readonly module: 'loaded' | 'loadable' | 'missing';
  /** Undefined = there is no such folder. */
  readonly sharedOwner: string | undefined;
  /** Lines of people in the file that the job replaces, not carried over yet. */
  readonly endangered: readonly string[];
}

/** What the job's script requires without a check: a kernel that serves NFS, and a folder that vcap may write. */
export const nfsExport = ({ address }: Pick<NodeContext, 'address'>): Step<ExportFacts> => ({
  title: 'nfs export',

  check: {
    run: sh`
      if grep -qw nfsd /proc/filesystems; then echo module=loaded
      elif modprobe -n -q nfsd; then echo module=loadable
      fi
      stat -c 'owner=%U' ${SHARED}
      [ -f ${EXPORTS} ] && tr -d '\r' <${EXPORTS} | sed ${ONE_ENTRY_A_LINE} |
        grep -v -e '^#' -e '^$' -e '^/var/vcap/store ' |
        while IFS= read -r line || [ -n "$line" ]; do
          grep -qxF "$line" ${CARRIED} 2>/dev/null || printf 'endangered=%s\n' "$line"
        done
      true`,
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      const module = answers.value('module');
      return {
        module: module === 'loaded' || module === 'loadable' ? module : 'missing',
        sharedOwner: answers.value('owner'),
        endangered: answers.all('endangered'),
      };
    },
  },

  changes: ({ module, sharedOwner, endangered }) => {
    if (module === 'missing')
      throw new DeploymentEngineError(
        'NodeUnfit',
        phrase(
          '{address} cannot carry nfs_server: its kernel has no module nfsd. Use a machine whose kernel serves NFS; for a container, load nfsd on its host.',
          { address },
        ),
      );
    return [
      ...(endangered.length === 0 ? [] : [carryOver(endangered)]),
      ...(module === 'loaded' ? [] : [change('the module nfsd is not loaded', sh`modprobe nfsd`)]),
      ...(sharedOwner === 'vcap'
        ? []
        : [
            change(
              sharedOwner === undefined
                ? phrase('{path} is missing', { path: SHARED })
                : phrase('{path} belongs to {owner}', { path: SHARED, owner: sharedOwner }),
              makeVcapFolder('shared'),
            ),
          ]),
    ];
  },
});

/** The job's script copies its own file over theirs at each start. What an interrupted deploy left half-written is removed. */
const carryOver = (lines: readonly string[]): Change =>
  change(
    phrase('the job overwrites {file}, which exports {folders}', {
      file: EXPORTS,
      folders: lines.map((line) => line.split(/\s/)[0] ?? ''),
    }),
    sh`
      ${keepOriginal(EXPORTS)}
      mkdir -p "$(dirname ${CARRIED})"
      is_cut_off() {
        [ -n "$(tail -c 1 ${CARRIED})" ] && last=$(sed -n '$p' ${CARRIED}) || return 1
        for line in ${lines}; do
          case $line in "$last"*) return 0 ;; esac
        done
        return 1
      }
      {
        if [ ! -s ${CARRIED} ]; then :
        elif is_cut_off; then sed '$d' ${CARRIED}
        elif [ -n "$(tail -c 1 ${CARRIED})" ]; then sed '' ${CARRIED}; echo
        else cat ${CARRIED}
        fi
        printf '%s\n' ${lines}
      } >${NEW}
      mv -f ${NEW} ${CARRIED}`,
  );
