import type { NodeContext } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { type WantedFile, wantedFile } from '../checks/wanted-file.ts';

const HOME = '/var/lib/deployment-engine/apt';
const CONFIGURATION = `${HOME}/apt.conf`;
const SOURCES = `${HOME}/sources.list`;
const KEY = `${HOME}/keys/mirror.gpg`;
const NONE = `${HOME}/none`;

/** The mirror is rebuilt now and then and nodes' clocks drift: neither is a reason to refuse signed packages. */
export const MIRROR_SETTINGS = `Acquire::Check-Date "false";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
`;

// Every setting that apt would take from the node is set here; an apt that does not know one skips it.
// Before 0.7.26 it knew one keyring and no folder of keys. Which packages are installed is still read from the node.
const SETTINGS = `${MIRROR_SETTINGS}Dir::Etc::main "${NONE}/apt.conf";
Dir::Etc::parts "${NONE}";
Dir::Etc::sourcelist "${SOURCES}";
Dir::Etc::sourceparts "${NONE}";
Dir::Etc::preferences "${NONE}/preferences";
Dir::Etc::preferencesparts "${NONE}";
Dir::Etc::netrc "${NONE}/auth.conf";
Dir::Etc::netrcparts "${NONE}";
Dir::Etc::trusted "${NONE}/trusted.gpg";
Dir::Etc::trustedparts "${HOME}/keys";
APT::GPGV::TrustedKeyring "${KEY}";
Dir::State::lists "${HOME}/lists";
Dir::Cache "${HOME}/cache";
Dir::Cache::archives "${HOME}/cache/archives";
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
APT::Install-Recommends "false";
Acquire::http::Timeout "10";
Acquire::Retries "1";
DPkg::Lock::Timeout "60";
`;

type Wanted = Pick<NodeContext, 'mirrorUrl' | 'profile' | 'aptKey'>;

/** The line of a node's sources that names the mirror; `signedBy`: the key that is trusted for it. */
export const mirrorSource = ({
  mirrorUrl,
  profile,
  signedBy,
}: Pick<Wanted, 'mirrorUrl' | 'profile'> & { readonly signedBy?: string | undefined }): string =>
  `deb ${signedBy === undefined ? '' : `[signed-by=${signedBy}] `}${mirrorUrl}/apt/${profile.name} ./\n`;

/** An apt of our own on the node: no proxy, preference, release or source of the node's decides what it takes. */
export const ownAptFiles = (wanted: Wanted): WantedFile[] => [
  wantedFile(KEY, wanted.aptKey, '0644'),
  wantedFile(CONFIGURATION, SETTINGS, '0644'),
  wantedFile(SOURCES, mirrorSource(wanted), '0644'),
];

/** Prints `lists=yes` where our apt knows what the mirror holds. */
export const lookAtLists: Command = sh`
  for list in ${HOME}/lists/*_Packages; do [ ! -s "$list" ] || echo lists=yes; done`;

/** Exit code of a command with `useOwnApt` that could read nothing from the mirror. */
export const MIRROR_UNREADABLE = 6;

/**
 * From here on apt-get is ours; `update_lists` reads the mirror, or ends the command with one line that says why not.
 * Where the operator skipped the step that makes our apt, the node's own is used.
 */
export const useOwnApt: Command = sh`
  [ ! -e ${CONFIGURATION} ] || export APT_CONFIG=${CONFIGURATION}
  update_lists() {
    if [ -z "\${APT_CONFIG:-}" ]; then
      apt-get -qq update
      return
    fi
    # Emptied first: an apt that cannot reach the mirror may keep old lists and say that all is well.
    rm -rf ${HOME}/lists
    mkdir -p ${HOME}/lists/partial ${HOME}/cache/archives/partial ${NONE}
    said=$(apt-get -q update 2>&1) || true
    printf '%s\n' "$said"
    for list in ${HOME}/lists/*_Packages; do
      [ ! -s "$list" ] || return 0
    done
    why=$(printf '%s\n' "$said" | sed -n 's/^[EW]: *//p' | sed -n 1p)
    read -r _ mirror _ <${SOURCES}
    printf '\n%s\n' "nothing could be read from the mirror $mirror: \${why:-apt-get update fetched nothing} (asked directly, without a proxy; can this node reach that address and port?)"
    exit ${MIRROR_UNREADABLE}
  }`;
