import { sh } from '../domain/command.ts';
import type { ReleaseJob } from '../domain/release.ts';
import type { Change, Step } from '../domain/step.ts';
import { type NodeContext, releaseFolder } from './node-context.ts';
import { type FileFacts, filesAsWanted, wantedFile } from './wanted-file.ts';

interface TransferFacts {
  readonly files: FileFacts;
  /** Digest by job name of the archives that are there. */
  readonly jobs: ReadonlyMap<string, string>;
}

type Wanted = Pick<NodeContext, 'niseBosh' | 'release' | 'jobs' | 'releaseManifest'>;

/** Exactly the jobs of this node; package sources go only to the node that compiles them. */
export const transferRelease = ({ niseBosh, release, jobs, releaseManifest }: Wanted): Step<TransferFacts> => {
  const folder = releaseFolder(release);
  const checked = filesAsWanted([
    ...niseBosh.files.map(({ path, content, mode }) => wantedFile(path, content, mode)),
    wantedFile(`${folder}/release.MF`, releaseManifest, '0644'),
  ]);
  const fetch = ({ name, archive }: ReleaseJob): Change => ({
    reason: `job ${name} is not there`,
    act: { kind: 'fetchBlob', ...archive, path: `${folder}/jobs/${name}.tgz` },
  });
  return {
    title: 'Transfer the release',

    check: {
      run: sh`
        ${checked.run}
        cd ${folder}/jobs 2>/dev/null || exit 0
        for job in ${jobs.map(({ name }) => name)}; do
          [ -f "$job.tgz" ] && echo "job=$job $(sha256sum "$job.tgz" | cut -d' ' -f1)"
        done
        true`,
      parse: ({ stdout }) => ({
        files: checked.parse(stdout),
        jobs: new Map(
          [...stdout.matchAll(/^job=(\S+) (\S+)$/gm)].map(([, name, sha256]) => [name ?? '', sha256 ?? '']),
        ),
      }),
    },

    changes: (facts) => [
      ...checked.changes(facts.files),
      ...jobs.filter(({ name, archive }) => facts.jobs.get(name) !== archive.sha256).map(fetch),
    ],
  };
};
