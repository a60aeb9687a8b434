import { NISE_BOSH_FOLDER, type NodeContext, releaseFolder } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import type { ReleaseJob } from '../../domain/release/release.ts';
import { transferLine } from '../../domain/release/transfer.ts';
import { type Change, change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { type FileFacts, filesAsWanted, wantedFile } from '../checks/wanted-file.ts';

interface TransferFacts {
  readonly files: FileFacts;
  /** Digest over the installed nise-bosh. */
  readonly niseBosh: string;
  /** Digests of the archives that are there, by job name. */
  readonly jobs: ReadonlyMap<string, string>;
}

type Wanted = Pick<NodeContext, 'niseBosh' | 'release' | 'jobs' | 'packages' | 'releaseManifest'>;

/** Exactly the jobs of this node; package sources go only to the node that compiles them. */
export const transferRelease = ({
  niseBosh,
  release,
  jobs,
  packages,
  releaseManifest,
}: Wanted): Step<TransferFacts> => {
  const folder = releaseFolder(release);
  const checked = filesAsWanted([wantedFile(`${folder}/release.MF`, releaseManifest, '0644')]);
  const fetch = ({ name, archive }: ReleaseJob): Change => ({
    reason: phrase('job {name} is not there', { name }),
    act: { kind: 'fetchBlob', ...archive, path: `${folder}/jobs/${name}.tgz` },
  });
  return {
    title: 'Transfer the release',

    check: {
      run: sh`
        ${checked.run}
        echo "nise-bosh=$(cd ${NISE_BOSH_FOLDER} 2>/dev/null && find . -type f | LC_ALL=C sort | xargs -r sha256sum | sha256sum | cut -d' ' -f1)"
        cd ${folder}/jobs 2>/dev/null || exit 0
        for job in ${jobs.map(({ name }) => name)}; do
          [ -f "$job.tgz" ] && echo "job=$job $(sha256sum "$job.tgz" | cut -d' ' -f1)"
        done
        true`,
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          files: checked.parse(stdout),
          niseBosh: answers.value('nise-bosh') ?? '',
          jobs: new Map(answers.all('job').map((line) => line.split(' ') as [name: string, sha256: string])),
        };
      },
    },

    changes: (facts) => [
      ...(facts.niseBosh === niseBosh.digest ? [] : shipNiseBosh(niseBosh.archive, facts.niseBosh === '')),
      ...checked.changes(facts.files),
      ...jobs.filter(({ name, archive }) => facts.jobs.get(name) !== archive.sha256).map(fetch),
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
