import { sh } from '../domain/command.ts';
import { change, type Step } from '../domain/step.ts';
import { instanceFolder, NISE_BOSH, type NodeContext, releaseFolder, type WantedInstance } from './node-context.ts';

export interface InstalledFacts {
  /** Fingerprint of the inputs the files were made from; undefined = not installed. */
  readonly fingerprint: string | undefined;
  /** Files that are missing or differ from what was installed. */
  readonly drifted: readonly string[];
}

/** Templates are rendered on the node; the marker with the inputs' fingerprint and the files' digests is written last. */
export const installJob = ({ release }: Pick<NodeContext, 'release'>, wanted: WantedInstance): Step<InstalledFacts> => {
  const { instance, fingerprint, manifest } = wanted;
  const folder = instanceFolder(instance);
  const name = `${instance.component}_${instance.number}`;
  return {
    title: `Install ${instance.id}`,

    check: {
      run: sh`
        cd ${folder} 2>/dev/null || exit 0
        sed -n '1s/^fingerprint /fingerprint=/p' installed 2>/dev/null
        [ -f installed ] && [ ! -s installed.sha256 ] && echo drifted=installed.sha256
        sha256sum --quiet -c installed.sha256 2>/dev/null | sed -n 's/: FAILED.*$//p' | sed 's/^/drifted=/'
        true`,
      parse: ({ stdout }) => ({
        fingerprint: /^fingerprint=(\S+)$/m.exec(stdout)?.[1],
        drifted: [...stdout.matchAll(/^drifted=(.+)$/gm)].map(([, file]) => file ?? ''),
      }),
    },

    changes: (facts) => {
      const reason = reasonFor(facts, fingerprint);
      if (reason === undefined) return [];
      const file = `${folder}/manifest.yml`;
      return [
        { reason, act: { kind: 'upload', path: file, content: manifest, mode: '0600' } },
        change(
          'its job files are made from it',
          sh`ruby ${NISE_BOSH} -y -n ${instance.address} -i ${instance.index} --keep-monit-files -d /var/vcap --instance ${name} --fingerprint ${fingerprint} ${releaseFolder(release)} ${file} ${instance.component}`,
          { long: true },
        ),
      ];
    },
  };
};

function reasonFor({ fingerprint, drifted }: InstalledFacts, wanted: string): string | undefined {
  if (fingerprint === undefined) return 'not installed';
  if (fingerprint !== wanted) return 'job, packages or properties changed';
  return drifted.length === 0 ? undefined : `files drifted: ${drifted.join(', ')}`;
}
