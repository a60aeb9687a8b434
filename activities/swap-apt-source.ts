import { sh } from '../domain/command.ts';
import { type Change, change, type Step } from '../domain/step.ts';
import { filesAsWanted, type FileFacts, wantedFile } from './wanted-file.ts';
import type { NodeContext } from './node-context.ts';
import { refuseUnmirrored } from './node-profile.ts';

const ASIDE = '/etc/apt/before-deployment-engine';
const SOURCES = '/etc/apt/sources.list';
const KEY = '/etc/apt/trusted.gpg.d/deployment-engine.gpg';

// The mirror is rebuilt now and then and nodes' clocks drift: neither is a reason to refuse signed packages.
const APT_SETTINGS = `Acquire::Check-Date "false";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
APT::Install-Recommends "false";
DPkg::Lock::Timeout "600";
`;

interface AptFacts {
  readonly files: FileFacts;
  /** Other source files that are still in use. */
  readonly others: readonly string[];
}

type Wanted = Pick<NodeContext, 'mirrorUrl' | 'profile' | 'aptKey'>;

/** Nodes have no way to the internet: everything comes from the mirror; the old sources are kept aside. */
export const swapAptSource = ({ mirrorUrl, profile, aptKey }: Wanted): Step<AptFacts> => {
  const sources = `deb ${mirrorUrl}/apt/${profile.name} ./\n`;
  const files = [
    wantedFile(KEY, aptKey, '0644'),
    wantedFile('/etc/apt/apt.conf.d/90deployment-engine', APT_SETTINGS, '0644'),
    wantedFile(SOURCES, sources, '0644'),
  ];
  const checked = filesAsWanted(files);
  return {
    title: 'Point apt at the mirror',

    check: {
      run: sh`
        ${checked.run}
        ls /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null | sed 's/^/other=/'
        true`,
      parse: ({ stdout }) => ({
        files: checked.parse(stdout),
        others: [...stdout.matchAll(/^other=(.+)$/gm)].map(([, file]) => file ?? ''),
      }),
    },

    changes: (facts) => {
      refuseUnmirrored(profile);
      const uploads = checked.changes(facts.files);
      if (uploads.length === 0 && facts.others.length === 0) return [];
      const isOther =
        facts.others.length > 0 || uploads.some(({ act }) => act.kind === 'upload' && act.path === SOURCES);
      return [
        ...(isOther ? [putAside(facts)] : []),
        ...uploads,
        change("the lists of packages are not the mirror's", updateLists()),
      ];
    },
  };

  function putAside({ others }: AptFacts): Change {
    return change(
      'apt uses other sources than the mirror',
      sh`
        mkdir -p ${ASIDE}
        [ ! -e ${SOURCES} ] || grep -qF ${mirrorUrl} ${SOURCES} || mv -n ${SOURCES} ${ASIDE}/
        for file in ${others}; do
          [ ! -e "$file" ] || mv --backup=numbered "$file" ${ASIDE}/
        done`,
    );
  }
};

// An apt that does not read keys from a folder is given ours.
const updateLists = () => sh`
  apt-config dump | grep -qi '^Dir::Etc::trustedparts' || apt-key add ${KEY}
  apt-get -qq update`;
