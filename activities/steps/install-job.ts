import {
  instanceFolder,
  NISE_BOSH,
  type NodeContext,
  releaseFolder,
  type WantedInstance,
} from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { type InstanceInputs, inputChanges } from '../../domain/manifest/input-changes.ts';
import type { Act, Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { stopForFiles } from './stop.ts';

export interface InstalledFacts {
  /** Fingerprint of the inputs the files were made from; undefined = not installed. */
  readonly fingerprint: string | undefined;
  /** It was installed, and its next installation has broken off: files are of both, and what runs may be older or has started since. */
  readonly hasBrokenOff: boolean;
  /** Those inputs; read only where their fingerprint is not the wanted one. */
  readonly inputs: InstanceInputs;
  /** Files that are missing or differ from what was installed, as absolute paths. */
  readonly drifted: readonly string[];
}

/** Sets `intact_jobs` to the folders of instances whose files are all as they were installed, or to nothing. */
const seeJobs = (folders: readonly string[]): Command => sh`
  intact_jobs=$(
    set --
    for folder in ${folders}; do [ ! -s "$folder/installed.sha256" ] || set -- "$@" "$folder/installed.sha256"; done
    [ $# -eq 0 ] || ! sha256sum --status -c "$@" || echo ${` ${folders.join(' ')} `}
  ) 2>/dev/null`;

/** Templates are rendered on the node; the marker with the inputs and the files' digests is written last. */
export const installJob = ({ release }: Pick<NodeContext, 'release'>, wanted: WantedInstance): Step<InstalledFacts> => {
  const { instance, fingerprint, jobs } = wanted;
  const folder = instanceFolder(instance);
  const packages = wanted.packages.map((name) => `${name}/${release.packages[name]?.fingerprint ?? ''}`);
  return {
    title: phrase('Install {id}', { id: instance.id }),

    check: {
      run: sh`
        cd ${folder} 2>/dev/null || exit 0
        line=
        IFS= read -r line 2>/dev/null <installed
        case $line in 'fingerprint '*) echo "fingerprint=\${line#fingerprint }" ;; esac
        [ -n "$line" ] || [ ! -s installed.previous ] || echo hasBrokenOff=yes
        [ "$line" = ${`fingerprint ${fingerprint}`} ] || sed -n '2,$s/^/input=/p' installed 2>/dev/null
        # Without a job there are no files.
        [ -f installed ] && [ ! -s installed.sha256 ] && [ ${jobs.length} -gt 0 ] && echo drifted=installed.sha256
        # What is not there is compiled first.
        for package in ${packages}; do
          [ ! -d "/var/vcap/data/packages/$package" ] ||
            [ "/var/vcap/packages/\${package%%/*}" -ef "/var/vcap/data/packages/$package" ] ||
            echo "drifted=/var/vcap/packages/\${package%%/*}"
        done
        case $intact_jobs in *${` ${folder} `}*) exit 0 ;; esac
        sha256sum --quiet -c installed.sha256 2>/dev/null | sed -n 's/: FAILED.*$//p' | sed 's/^/drifted=/'
        true`,
      together: [{ read: seeJobs, names: [folder] }],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          fingerprint: answers.value('fingerprint'),
          hasBrokenOff: answers.has('hasBrokenOff'),
          inputs: answers.all('input').filter((line) => line !== ''),
          drifted: answers.all('drifted'),
        };
      },
    },

    changes: (facts) => {
      const [reason, ...also] = reasonsFor(facts, wanted);
      if (reason === undefined) return [];
      // A boot may have started it since it was stopped for the installation that broke off.
      const stopping = facts.hasBrokenOff ? [stopForFiles(reason, instance).act] : [];
      return [...stopping, ...actsFor(release, wanted)].map((act) => ({ reason, also, act }));
    },
  };
};

function reasonsFor({ fingerprint, inputs, ...facts }: InstalledFacts, wanted: WantedInstance): Text[] {
  if (fingerprint === undefined) return [facts.hasBrokenOff ? 'its last installation broke off' : 'not installed'];
  const rewritten = wanted.rewritten.map((path) => `/var/vcap/jobs/${path}`);
  const drifted = facts.drifted.filter((path) => !rewritten.includes(path));
  const changed = fingerprint === wanted.fingerprint ? [] : inputChanges(inputs, wanted.inputs);
  const unnamed = fingerprint !== wanted.fingerprint && changed.length === 0 ? ['job, packages or properties'] : [];
  return [
    ...changed,
    ...unnamed,
    ...(drifted.length === 0 ? [] : [phrase('files drifted: {paths}', { paths: drifted })]),
  ];
}

function actsFor(release: NodeContext['release'], { instance, idle, inputsText, manifest }: WantedInstance): Act[] {
  const folder = instanceFolder(instance);
  const [manifestFile, inputsFile] = [`${folder}/manifest.yml`, `${folder}/inputs`];
  const name = `${instance.component}_${instance.number}`;
  const idleJobs = idle.flatMap((job) => ['--idle', job]);
  return [
    { kind: 'upload', path: manifestFile, content: manifest, mode: '0600' },
    { kind: 'upload', path: inputsFile, content: inputsText, mode: '0644' },
    {
      kind: 'command',
      command: sh`
        ruby ${NISE_BOSH} -y -n ${instance.address} -i ${instance.index} --hold -d /var/vcap --instance ${name} --inputs ${inputsFile} ${idleJobs} ${releaseFolder(release)} ${manifestFile} ${instance.component}
        ${noteUsed(releaseFolder(release), inputsFile)}`,
      long: true,
    },
  ];
}

/** While this is the release before the present one, its packages are kept. */
const noteUsed = (folder: string, inputs: string) => sh`
  { cat ${folder}/used 2>/dev/null || true; sed -n 's|^package \([^ ]*\) \([^ ]*\)$|\1/\2|p' ${inputs}; } | sort -u >${folder}/used.new
  mv ${folder}/used.new ${folder}/used`;
