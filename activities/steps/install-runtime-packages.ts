import type { NodeContext } from '../../cluster/node-context.ts';
import { type Command, sh } from '../../domain/command.ts';
import { specialPackages } from '../../domain/manifest/special-steps.ts';
import type { NodeProfile } from '../../domain/profiles/profile.ts';
import type { CommandAct, Preparation, Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { readAnswers } from '../checks/answers.ts';
import { areDaemonsHeld, holdDaemons, letDaemonsStart, lookForHeldDaemons } from '../packages/daemon-policy.ts';
import { digestSeen, seeFiles } from '../checks/wanted-file.ts';
import { DPKG_STATUS } from '../packages/dpkg-status.ts';
import { MIRROR_UNREADABLE, useOwnApt } from '../packages/own-apt.ts';
import { awaitLock, LOCK_HELD } from '../packages/package-lock.ts';

interface PackageFacts {
  readonly missing: readonly string[];
  readonly areDaemonsHeld: boolean;
}

/** The system packages that jobs, our tools and the special steps of the node's instances need. */
export const installRuntimePackages = ({
  profile,
  instances,
}: Pick<NodeContext, 'profile' | 'instances'>): Step<PackageFacts> => {
  const wanted = packagesFor(profile, instances);
  return {
    title: 'Install the runtime packages',

    check: {
      run: sh`
        if [ -n "$are_packages_told" ]; then echo "$told_packages"; else
          ${installedOf(wanted)}
        fi
        ${lookForHeldDaemons}`,
      together: [
        { read: seeFiles, names: [DPKG_STATUS] },
        { read: seePackages, names: wanted, keeps: 'known_packages' },
      ],
      parse: ({ stdout }) => {
        const installed = new Set(stdout.split('\n'));
        return {
          missing: wanted.filter((name) => !installed.has(name)),
          areDaemonsHeld: areDaemonsHeld(readAnswers(stdout)),
        };
      },
    },

    // After the installation, which has a policy of its own while it runs.
    changes: ({ missing, areDaemonsHeld: areHeld }) => [
      ...(missing.length === 0
        ? []
        : [
            {
              reason: phrase('not installed: {packages}', { packages: missing.join(' ') }),
              act: install(profile, missing),
            },
          ]),
      ...letDaemonsStart(areHeld),
    ],
  };
};

const packagesFor = (profile: NodeProfile, instances: NodeContext['instances']): string[] => {
  const special = instances.flatMap((instance) => instance.special);
  return [...new Set([...profile.runtimePackages, ...specialPackages(profile.name, special)])];
};

/**
 * Prints the names of those that are installed, asking once for all. The whole status: dpkg before 1.17 knows no field
 * for its last word alone.
 */
const installedOf = (packages: readonly string[]): Command =>
  sh`dpkg-query -W -f '\${Package} \${Status}\n' ${packages} 2>/dev/null | sed -n 's/ .* ok installed$//p'`;

/** Sets `told_packages`: what dpkg has said stays true while it writes nothing down. */
const seePackages = (packages: readonly string[]): Command => sh`
  are_packages_told=yes
  ${digestSeen(DPKG_STATUS)}
  # What dpkg has yet to merge into its status.
  for update in /var/lib/dpkg/updates/*; do [ ! -e "$update" ] || digest=; done
  told_packages=\${known_packages#"$digest of "${packages.join(' ')}:}
  if [ -z "$digest" ] || [ "$told_packages" = "$known_packages" ]; then
    told_packages=$(${installedOf(packages)})
    known_packages=
    # Nothing has changed meanwhile.
    case $(sha256sum ${DPKG_STATUS}) in "$digest "*) known_packages="$digest of "${packages.join(' ')}":$told_packages" ;; esac
  fi 2>/dev/null </dev/null`;

/** Exists while the monit of the package that we installed would start at boot; an operator's own monit is left as it is. */
export const OUR_MONIT = '/var/lib/deployment-engine/monit-is-ours';

/** Before the installation, since that may be cut off after it has put the start script in place. */
const noteOurMonit = (packages: readonly string[]): Command =>
  packages.includes('monit') ? sh`[ -e /etc/init.d/monit ] || : >${OUR_MONIT}` : sh`:`;

/** Packages on hold would stop it. */
const HELD = 7;
/** apt installs nothing where it sees that there is too little room. */
const FULL = 8;

/** Installs from the mirror; what another installation left half-done is finished first, with the same answers. */
const install = ({ dpkgForces }: NodeProfile, packages: readonly string[]): CommandAct => {
  const forces = dpkgForces.map((word) => `--force-${word}`);
  return {
    kind: 'command',
    long: true,
    failures: {
      [LOCK_HELD]: 'PackageLockHeld',
      [MIRROR_UNREADABLE]: 'MirrorUnreadable',
      [HELD]: 'NodeUnfit',
      [FULL]: 'DiskFull',
    },
    command: sh`
      export DEBIAN_FRONTEND=noninteractive
      ${awaitLock}
      ${useOwnApt}
      await_lock
      ${holdDaemons}
      # Somebody may have been faster to the lock since.
      dpkg ${forces} --configure -a || { code=$?; await_lock 0; exit $code; }
      update_lists
      install_packages() { apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 ${forces.map((word) => `-oDpkg::Options::=${word}`)} "$@" install ${packages}; }
      ${noteOurMonit(packages)}
      install_packages || {
        code=$?
        await_lock 0
        if ! install_packages -s >/dev/null 2>&1 && install_packages -s --ignore-hold --allow-change-held-packages >/dev/null 2>&1; then
          held=$(dpkg --get-selections '*' | sed -n 's/[[:space:]]*hold$//p' | tr '\n' ' ')
          printf '\n%s\n' "packages on hold are in the way of what is to be installed: $held(apt-mark unhold lets them change)"
          exit ${HELD}
        fi
        folder=$(install_packages --download-only 2>&1 | sed -n "s/^E: .*enough free space in \\(.*\\)\\.$/\\1/p")
        if [ -n "$folder" ]; then
          room=$(df -Pk "$folder" | awk 'NR == 2 {print $6 " has " $4 " of " $2 " KiB free"}')
          printf '\n%s\n' "$room, which is too little for the packages that are to be installed. Free some space there"
          exit ${FULL}
        fi
        exit $code
      }
      # apt-get keeps what it has downloaded.
      [ -z "\${APT_CONFIG:-}" ] || apt-get clean`,
  };
};

/** The compiler, where something has to be built. */
export const ensureToolchain = (profile: NodeProfile): Preparation => ({
  act: install(profile, profile.toolchainPackages),
  unless: sh`[ "$(${installedOf(profile.toolchainPackages)} | sort -u | wc -l)" = ${profile.toolchainPackages.length} ]`,
});
