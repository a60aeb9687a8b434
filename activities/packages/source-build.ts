import { createHash } from 'node:crypto';
import { type Command, raw, sh } from '../../domain/command.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import type { BuildPart, SourceBuild } from '../../domain/profiles/source-build.ts';
import type { BuildAct, Preparation } from '../../domain/step.ts';
import { treeDigest } from '../checks/tree-digests.ts';
import { ensureToolchain } from '../steps/install-runtime-packages.ts';
import { ensureWorkFolder, useWorkFolder, WORK } from './work-folder.ts';

const HOME = '/var/vcap/bosh/built';

/** Names a build by everything that goes into it: `ruby/3.1.2/<digest>`. */
export const sourceBuildKey = (build: SourceBuild): string => `${build.name}/${build.version}/${digestOf(build)}`;

/** Each build has a folder of its own beside older ones, so that programs from those keep running. */
export const prefixOf = (build: SourceBuild): string => `${HOME}/${build.name}-${digestOf(build)}`;

/** Key and digest of a build that is in place, written last. */
export const markerOf = (build: SourceBuild): string => `${prefixOf(build)}.built`;

function digestOf({ version, parts }: SourceBuild): string {
  const inputs = parts.map(({ source, how, flags }) => [source.sha256, how, flags]);
  return createHash('sha256')
    .update(JSON.stringify([HOME, version, inputs]))
    .digest('hex')
    .slice(0, 16);
}

export function sourceBuildAct(profile: NodeProfile, build: SourceBuild): BuildAct {
  const key = sourceBuildKey(build);
  const work = `${WORK}/${build.name}`;
  const archive = `${WORK}/${key.replaceAll('/', '-')}.tgz`;
  return {
    kind: 'build',
    key,
    profile: profile.name,
    prepare: [ensureWorkFolder(), ensureToolchain(profile), ...build.parts.map((part) => fetchSource(part, work))],
    compile: compile(build, { work, archive }),
    archive,
    unpack: unpack(build, { work, archive }),
  };
}

const fetchSource = ({ source }: BuildPart, work: string): Preparation => ({
  act: { kind: 'fetchBlob', sha256: source.sha256 ?? '', size: 0, path: `${work}/${source.file}` },
});

interface Places {
  readonly work: string;
  readonly archive: string;
}

function compile(build: SourceBuild, { work, archive }: Places): Command {
  const prefix = prefixOf(build);
  const parts = build.parts.map((part) => installPart(part, prefix, work).text).join('\n');
  return sh`
    ${useWorkFolder}
    rm -rf ${prefix} ${markerOf(build)}
    logged() { "$@" >${work}/build.log 2>&1 || { tail -n 30 ${work}/build.log; exit 1; }; }
    ${raw(parts)}
    cd ${HOME}
    tar -czf ${archive}.new ${prefix.slice(HOME.length + 1)}
    mv ${archive}.new ${archive}`;
}

function installPart({ source, how, flags }: BuildPart, prefix: string, work: string): Command {
  const words = flags.map((flag) => flag.replaceAll('PREFIX', prefix));
  const install =
    how === 'configure'
      ? sh`
        logged ./configure --quiet --prefix=${prefix} ${words}
        echo "configured"
        logged make -s -j"$(getconf _NPROCESSORS_ONLN)"
        echo "compiled"
        logged make -s install`
      : sh`logged ${prefix}/bin/ruby setup.rb ${words}`;
  return sh`
    echo ${`building ${source.file} from source`}
    rm -rf ${work}/source
    mkdir ${work}/source
    tar -xf ${work}/${source.file} -C ${work}/source --strip-components=1
    cd ${work}/source
    ${install}`;
}

function unpack(build: SourceBuild, { work, archive }: Places): Command {
  const prefix = prefixOf(build);
  const [program = '', ...words] = build.proof;
  return sh`
    rm -rf ${prefix} ${markerOf(build)}
    mkdir -p ${HOME}
    tar -xzf ${archive} -C ${HOME} --no-same-owner
    ldconfig
    ${prefix}/bin/${program} ${words}
    for program in ${build.programs}; do
      [ ! -e ${prefix}/bin/"$program" ] || ln -sfn ${prefix}/bin/"$program" /usr/local/bin/"$program"
    done
    echo ${sourceBuildKey(build)} "$(${treeDigest(prefix)})" >${markerOf(build)}.new
    mv ${markerOf(build)}.new ${markerOf(build)}
    rm -rf ${work} ${archive}`;
}
