import { NISE_BOSH, type NodeContext, releaseFolder } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { packageKey, type ReleasePackage } from '../../domain/release/release.ts';
import { transferLine } from '../../domain/release/transfer.ts';
import type { BuildAct, Change, Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { ofTrees, PACKAGES } from '../checks/tree-digests.ts';
import { ensureWorkFolder, useWorkFolder, WORK } from '../packages/work-folder.ts';
import { ensureToolchain } from './install-runtime-packages.ts';

interface CompiledFacts {
  /** Names of packages whose marker is there and whose files have not changed since. */
  readonly intact: ReadonlySet<string>;
}

/** Every package gets a directory named by its fingerprint, beside older ones: nothing that runs is disturbed. */
export const compilePackages = (wanted: NodeContext): Step<CompiledFacts> => {
  const names = wanted.packages.map(({ name, fingerprint }) => `${name}/${fingerprint}`);
  return {
    title: 'Compile or unpack packages',

    check: {
      run: sh`
        cd ${PACKAGES} 2>/dev/null || exit 0
        for package in ${names}; do
          [ -f "$package.done" ] || continue
          read -r digest <"$package.done"
          case $told_trees in *"tree=$package $digest  -"*) echo "$package" && continue ;; esac
          [ "$digest  -" = "$(cd "$package" && find . -printf '%p %s %m %T@\n' | LC_ALL=C sort | sha256sum)" ] && echo "$package"
        done
        true`,
      together: [ofTrees(names)],
      parse: ({ stdout }) => ({ intact: new Set(stdout.split('\n')) }),
    },

    changes: ({ intact }): Change[] =>
      wanted.packages
        .filter(({ name, fingerprint }) => !intact.has(`${name}/${fingerprint}`))
        .map((each) => ({
          reason: phrase('package {name} is not there', { name: each.name }),
          act: build(wanted, each),
        })),

    sent: (bytes) => transferLine(bytes, wanted, wanted.release),
  };
};

function build({ release, profile, instances }: NodeContext, { name, fingerprint, archive }: ReleasePackage): BuildAct {
  const folder = releaseFolder(release);
  const sources = `${folder}/packages/${name}.tgz`;
  const isForOthers = !instances.some(({ packages }) => packages.includes(name));
  const compiled = `${WORK}/${name}-${fingerprint.slice(0, 16)}.tgz`;
  return {
    kind: 'build',
    key: packageKey({ name, fingerprint }),
    profile: profile.name,
    prepare: [ensureWorkFolder(), ensureToolchain(profile), { act: { kind: 'fetchBlob', ...archive, path: sources } }],
    // What is there was found damaged, or not whole; its marker would have nise-bosh pack it as it is.
    compile: sh`
      rm -f ${`${PACKAGES}/${name}/${fingerprint}.done`}
      ${useWorkFolder}
      ruby ${NISE_BOSH} -y -p --working-dir ${WORK}/packages --keep-links --no-dependency -d /var/vcap ${folder} ${name}
      ruby ${NISE_BOSH} -d /var/vcap --pack ${name} ${fingerprint} ${compiled}.new
      mv ${compiled}.new ${compiled}
      rm -f ${sources}`,
    archive: compiled,
    unpack: sh`
      ${isForOthers ? sh`echo ${`${name}/${fingerprint}`} >>${folder}/built` : sh``}
      ruby ${NISE_BOSH} -d /var/vcap --unpack ${name} ${fingerprint} ${compiled}
      rm -f ${compiled}`,
  };
}
