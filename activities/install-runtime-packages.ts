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
}: Pick<NodeContext, 'profile' | 'instances'>): Step<PackageFacts> => ({
  title: 'Install the runtime packages',

  check: {
    run: sh`
      for package in ${packagesFor(profile, instances)}; do
        ${isInstalled} || echo "$package"
      done`,
    parse: ({ stdout }) => ({ missing: stdout.split('\n').filter((line) => line !== '') }),
  },

  changes: ({ missing }) =>
    missing.length === 0
      ? []
      : [change(`not installed: ${missing.join(' ')}`, aptInstall(profile, missing), { long: true })],
});

const packagesFor = (profile: NodeProfile, instances: NodeContext['instances']): string[] => {
  const special = instances.flatMap((instance) => instance.special);
  return [...new Set([...profile.runtimePackages, ...specialPackages(profile.name, special)])];
};

// The whole status: dpkg before 1.17 knows no field for its last word alone.
const isInstalled = raw(`dpkg-query -W -f '\${Status}\\n' "$package" 2>/dev/null | grep -q ' ok installed$'`);

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
  unless: sh`
    for package in ${profile.toolchainPackages}; do
      ${isInstalled} || exit 1
    done`,
});
