import type { NodeContext } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { type Change, change, type Step } from '../../domain/step.ts';
import { readAnswers } from '../checks/answers.ts';
import { filesAsWanted, type FileFacts, wantedFile } from '../checks/wanted-file.ts';
import {
  lookAtLists,
  MIRROR_SETTINGS,
  MIRROR_UNREADABLE,
  mirrorSource,
  ownAptFiles,
  useOwnApt,
} from '../packages/own-apt.ts';
import { refuseUnmirrored } from '../wanted/node-profile.ts';

export const APT_SOURCES_ASIDE = '/etc/apt/before-deployment-engine';
export const APT_SOURCES = '/etc/apt/sources.list';
/** Trusted for the mirror only, where apt can do that; otherwise for every source of the node. */
const KEY = '/etc/apt/deployment-engine.gpg';
const KEY_FOR_ALL = '/etc/apt/trusted.gpg.d/deployment-engine.gpg';
/** Makes the node's own apt reach the mirror without its proxies. */
export const OWN_APT_SETTINGS = '/etc/apt/apt.conf.d/90deployment-engine';
const OUR_LINE = '^deb (\\[signed-by=[^ ]+/deployment-engine[.]gpg\\] )?http://[^ ]+/apt/[^ ]+ \\./$';
/** Exits 0 for a list with our lines only, whatever address the mirror had. */
export const isOurList = (file: string): Command =>
  sh`{ grep -qE ${OUR_LINE} ${file} && ! grep -qvE ${OUR_LINE} ${file}; }`;
/** True for a dangling link too, such as a relative one that was moved. */
export const LIES_THERE: Command = sh`lies_there() { [ -e "$1" ] || [ -L "$1" ]; }`;
/** Beside the sources. */
export const APT_FILES_OF_OURS = [KEY, KEY_FOR_ALL, OWN_APT_SETTINGS];

interface AptFacts {
  readonly files: FileFacts;
  /** Other source files that are still in use. */
  readonly others: readonly string[];
  readonly hasLists: boolean;
  /** The mirror's key is among those trusted for every source, as earlier engines left it. */
  readonly isTrustedForAll: boolean;
}

type Wanted = Pick<NodeContext, 'mirrorUrl' | 'profile' | 'aptKey'>;

/** Nodes cannot reach the internet: packages come from the mirror, and the old sources are kept aside. */
export const swapAptSource = ({ mirrorUrl, profile, aptKey }: Wanted): Step<AptFacts> => {
  const files = [
    ...ownAptFiles({ mirrorUrl, profile, aptKey }),
    wantedFile(profile.knowsSignedBy ? KEY : KEY_FOR_ALL, aptKey, '0644'),
    wantedFile(OWN_APT_SETTINGS, settingsFor(mirrorUrl), '0644'),
    wantedFile(
      APT_SOURCES,
      mirrorSource({ mirrorUrl, profile, signedBy: profile.knowsSignedBy ? KEY : undefined }),
      '0644',
    ),
  ];
  const checked = filesAsWanted(files);
  return {
    title: 'Point apt at the mirror',

    check: {
      run: sh`
        ${LIES_THERE}
        ${checked.run}
        [ ! -e ${KEY_FOR_ALL} ] || echo key=for-all
        for file in /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do lies_there "$file" && echo "other=$file"; done
        ${lookAtLists}`,
      together: [checked.together],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          files: checked.parse(stdout),
          others: answers.all('other'),
          hasLists: answers.has('lists'),
          isTrustedForAll: answers.has('key', 'for-all'),
        };
      },
    },

    changes: (facts) => {
      refuseUnmirrored(profile);
      const uploads = checked.changes(facts.files);
      const distrust =
        profile.knowsSignedBy && facts.isTrustedForAll
          ? [change("the mirror's key is trusted for every source", sh`rm -f ${KEY_FOR_ALL}`)]
          : [];
      if (uploads.length === 0 && facts.others.length === 0)
        return [...distrust, ...(facts.hasLists ? [] : [readMirror('nothing was read from the mirror yet', profile)])];
      const isOther =
        facts.others.length > 0 || uploads.some(({ act }) => act.kind === 'upload' && act.path === APT_SOURCES);
      return [
        ...(isOther ? [putAside(facts)] : []),
        ...uploads,
        ...distrust,
        readMirror("the lists of packages are not the mirror's", profile),
      ];
    },
  };

  function putAside({ others }: AptFacts): Change {
    return change(
      'apt uses other sources than the mirror',
      sh`
        ${LIES_THERE}
        mkdir -p ${APT_SOURCES_ASIDE}
        if lies_there ${APT_SOURCES} && ! ${isOurList(APT_SOURCES)}; then
          mv -n ${APT_SOURCES} ${APT_SOURCES_ASIDE}/ || true
          ! lies_there ${APT_SOURCES} || mv --backup=numbered ${APT_SOURCES} ${APT_SOURCES_ASIDE}/sources.list.later
        fi
        for file in ${others}; do
          ! lies_there "$file" || mv --backup=numbered "$file" ${APT_SOURCES_ASIDE}/
        done`,
    );
  }
};

/** Lets the node's own apt reach the mirror without its proxies, which cannot reach it. */
const settingsFor = (mirrorUrl: string): string =>
  `${MIRROR_SETTINGS}Acquire::http::Proxy::${new URL(mirrorUrl).hostname} "DIRECT";\n`;

// The node's own apt is for its operators, so a deploy does not fail when it cannot read the mirror. An apt that reads no
// folder of keys gets our key with apt-key.
const readMirror = (reason: string, { knowsSignedBy }: Wanted['profile']): Change =>
  change(
    reason,
    sh`
      ${useOwnApt}
      update_lists
      unset APT_CONFIG
      ${knowsSignedBy ? sh`` : sh`apt-config dump | grep -qi '^Dir::Etc::trustedparts' || apt-key add ${KEY_FOR_ALL}`}
      timeout 60 apt-get -qq update || echo "the node's own apt cannot read the mirror; the engine's can"`,
    { long: true, failures: { [MIRROR_UNREADABLE]: 'MirrorUnreadable' } },
  );
