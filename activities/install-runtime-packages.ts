import { type Command, raw, sh } from '../domain/command.ts';
import type { NodeProfile } from '../domain/profiles/profile.ts';
import { specialPackages } from '../domain/special-steps.ts';
import { change, type Preparation, type Step } from '../domain/step.ts';
import type { NodeContext } from './node-context.ts';

interface PackageFacts {
  readonly missing: readonly string[];
}

/** What every job, our own tools and the special steps of the node's instances need of the operating system. */
export const installRuntimePackages = ({
  profile,
  instances,
}: Pick<NodeContext, 'profile' | 'instances'>): Step<PackageFacts> => {
  const wanted = packagesFor(profile, instances);
  return {
    title: 'Install the runtime packages',

    check: {
      run: installedOf(wanted),
      parse: ({ stdout }) => {
        const installed = new Set(stdout.split('\n'));
        return { missing: wanted.filter((name) => !installed.has(name)) };
      },
    },

    changes: ({ missing }) =>
      missing.length === 0
        ? []
        : [change(`not installed: ${missing.join(' ')}`, aptInstall(profile, missing), { long: true })],
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
  sh`dpkg-query -W -f '\${Package} \${Status}\n' ${packages} 2>/dev/null | sed -n 's/ .* ok installed$//p' | sort -u`;

/** Installs from the mirror; no daemon of a package starts by itself meanwhile (policy-rc.d). */
const aptInstall = ({ dpkgForces }: NodeProfile, packages: readonly string[]): Command => sh`
  export DEBIAN_FRONTEND=noninteractive
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; trap 'rm -f "$policy"' EXIT; }
  dpkg --configure -a
  apt-get -qq -o Acquire::Check-Date=false update
  apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 ${raw(dpkgForces.map((word) => `-o Dpkg::Options::=--force-${word}`).join(' '))} install ${packages}`;

/** The compiler, where something has to be built. */
export const ensureToolchain = (profile: NodeProfile): Preparation => ({
  act: { kind: 'command', command: aptInstall(profile, profile.toolchainPackages), long: true },
  unless: sh`[ "$(${installedOf(profile.toolchainPackages)} | wc -l)" = ${profile.toolchainPackages.length} ]`,
});
