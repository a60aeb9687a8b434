import type { NodeContext } from '../../cluster/node-context.ts';
import { type Command, raw, sh } from '../../domain/command.ts';
import type { SourceBuild } from '../../domain/profiles/source-build.ts';
import type { Change, Step } from '../../domain/step.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { ofTrees, treeDigest } from '../checks/tree-digests.ts';
import { markerOf, prefixOf, sourceBuildAct } from '../packages/source-build.ts';
import { refuseUnmirrored } from '../wanted/node-profile.ts';

interface BuildFacts {
  /** By the build's name; one that is not there is missing. */
  readonly states: ReadonlyMap<string, string>;
  /** Jobs and their scripts name it by this path. */
  readonly hasUsrBinRuby: boolean;
}

/** nise-bosh and the jobs run on our ruby, and old systems' monit is ours: built once in the cluster, unpacked elsewhere. */
export const buildRuby = ({ profile }: Pick<NodeContext, 'profile'>): Step<BuildFacts> => ({
  title: 'Build or unpack ruby',

  check: {
    run: sh`
      ${raw(profile.builds.map((build) => look(build).text).join('\n'))}
      [ -e /usr/bin/ruby ] && echo usrBinRuby=yes
      true`,
    together: [ofTrees(profile.builds.map(prefixOf))],
    parse: ({ stdout }) => {
      const answers = readAnswers(stdout);
      return { states: new Map(answers.all('build').map(nameAndState)), hasUsrBinRuby: answers.has('usrBinRuby') };
    },
  },

  changes: ({ states, hasUsrBinRuby }): Change[] => {
    refuseUnmirrored(profile);
    const builds = profile.builds
      .filter(({ name }) => states.get(name) !== 'intact')
      .map((build) => ({ reason: reasonFor(build, states.get(build.name)), act: sourceBuildAct(profile, build) }));
    return hasUsrBinRuby ? builds : [...builds, linkUsrBinRuby()];
  },
});

const look = (build: SourceBuild): Command => sh`
  if [ -f ${markerOf(build)} ]; then
    read -r key digest <${markerOf(build)}
    state=intact
    case $told_trees in
      *"tree=${raw(prefixOf(build))} $digest  -"*) ;;
      *) [ "$digest" = "$(${treeDigest(prefixOf(build))})" ] || state='files have changed' ;;
    esac
    [ /usr/local/bin/${build.name} -ef ${prefixOf(build)}/bin/${build.name} ] || state='another one is in use'
    echo build=${build.name} "$state"
  fi`;

const nameAndState = (line: string): [name: string, state: string] => {
  const at = line.indexOf(' ');
  return [line.slice(0, at), line.slice(at + 1)];
};

const reasonFor = ({ name, version }: SourceBuild, state: string | undefined): Text =>
  state === undefined
    ? phrase('no {name} {version} of ours', { name, version })
    : phrase('{place}: {what}', { place: name, what: state });

const linkUsrBinRuby = (): Change => ({
  reason: 'no /usr/bin/ruby',
  act: { kind: 'command', command: sh`[ -e /usr/bin/ruby ] || ln -sfn /usr/local/bin/ruby /usr/bin/ruby` },
});
