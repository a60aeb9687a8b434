import { NISE_BOSH_FOLDER, type NodeContext, releaseFolder } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import type { ReleaseJob } from '../../domain/release/release.ts';
import { transferLine } from '../../domain/release/transfer.ts';
import { type Change, change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { askOnce, tell } from '../checks/known.ts';
import { ofTrees } from '../checks/tree-digests.ts';
import { type FileFacts, filesAsWanted, wantedFile } from '../checks/wanted-file.ts';

interface TransferFacts {
  readonly files: FileFacts;
  /** Digest over the installed nise-bosh. */
  readonly niseBosh: string;
}

type Wanted = Pick<NodeContext, 'niseBosh' | 'release' | 'jobs' | 'packages' | 'releaseManifest'>;

// Of what sha256sum says of each file, in the order of their names.
const digestTool = sh`
  cd ${NISE_BOSH_FOLDER} 2>/dev/null || exit 0
  digest=$(find . -type f -exec sha256sum {} + | LC_ALL=C sort -t ' ' -k 3 | sha256sum)
  echo "niseBosh=\${digest%% *}"`;

/** Sets `told_tool`: the files stay the same while their names, sizes, modes and times do. */
const seeTool = (): Command =>
  askOnce('tool', {
    sign: sh`case $told_trees in *"tree="${NISE_BOSH_FOLDER}" "*) sign=\${told_trees##*"tree="${NISE_BOSH_FOLDER}" "} && echo "\${sign%% *}" ;; esac`,
    ask: digestTool,
  });

/** Exactly the jobs of this node; package sources go only to the node that compiles them. */
export const transferRelease = ({
  niseBosh,
  release,
  jobs,
  packages,
  releaseManifest,
}: Wanted): Step<TransferFacts> => {
  const folder = releaseFolder(release);
  const archiveOf = (name: string): string => `${folder}/jobs/${name}.tgz`;
  const archives = jobs.map(({ name }) => archiveOf(name));
  const checked = filesAsWanted([wantedFile(`${folder}/release.MF`, releaseManifest, '0644')], archives);
  const fetch = ({ name, archive }: ReleaseJob): Change => ({
    reason: phrase('job {name} is not there', { name }),
    act: { kind: 'fetchBlob', ...archive, path: archiveOf(name) },
  });
  return {
    title: 'Transfer the release',

    check: {
      run: sh`
        ${checked.run}
        ${tell('tool', digestTool)}`,
      together: [checked.together, ofTrees([NISE_BOSH_FOLDER]), { read: seeTool, names: [], keeps: 'known_tool' }],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          files: checked.parse(stdout),
          niseBosh: answers.value('niseBosh') ?? '',
        };
      },
    },

    changes: (facts) => [
      ...(facts.niseBosh === niseBosh.digest ? [] : shipNiseBosh(niseBosh.archive, facts.niseBosh === '')),
      ...checked.changes(facts.files),
      ...jobs
        .filter(({ name, archive }) => facts.files.get(archiveOf(name))?.split(' ')[0] !== archive.sha256)
        .map(fetch),
    ],

    sent: (bytes) => transferLine(bytes, { jobs, packages }, release),
  };
};

function shipNiseBosh(archive: Uint8Array, isMissing: boolean): Change[] {
  const file = `${NISE_BOSH_FOLDER}.tgz`;
  const reason = isMissing ? 'nise-bosh is not there' : 'nise-bosh is another version';
  return [
    { reason, act: { kind: 'upload', path: file, content: archive, mode: '0600' } },
    // Renamed into place, so that nothing runs a half-unpacked copy.
    change(
      reason,
      sh`
        rm -rf ${NISE_BOSH_FOLDER}.new
        mkdir -p ${NISE_BOSH_FOLDER}.new
        tar -xzf ${file} -C ${NISE_BOSH_FOLDER}.new
        rm -rf ${NISE_BOSH_FOLDER}
        mv ${NISE_BOSH_FOLDER}.new ${NISE_BOSH_FOLDER}
        rm -f ${file}`,
    ),
  ];
}
