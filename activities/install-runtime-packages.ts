import { type Command, sh } from '../domain/command.ts';
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
        dpkg-query -W -f '\${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || echo "$package"
      done`,
    parse: ({ stdout }) => ({ missing: stdout.split('\n').filter((line) => line !== '') }),
  },

  changes: ({ missing }) =>
    missing.length === 0 ? [] : [change(`not installed: ${missing.join(' ')}`, aptInstall(missing), { long: true })],
});

const packagesFor = (profile: NodeProfile, instances: NodeContext['instances']): string[] => {
  const special = instances.flatMap((instance) => instance.special);
  return [...new Set([...profile.runtimePackages, ...specialPackages(profile.name, special)])];
};

/** Installs from the mirror; no daemon of a package starts by itself meanwhile (policy-rc.d). */
const aptInstall = (packages: readonly string[]): Command => sh`
  export DEBIAN_FRONTEND=noninteractive
  policy=/usr/sbin/policy-rc.d
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; trap 'rm -f "$policy"' EXIT; }
  dpkg --configure -a
  apt-get -qq -o Acquire::Check-Date=false update
  apt-get -qq -y --no-install-recommends -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-unsafe-io -o Dpkg::Options::=--force-confold install ${packages}`;

/** The compiler, where something has to be built. */
export const ensureToolchain = ({ toolchainPackages }: NodeProfile): Preparation => ({
  act: { kind: 'command', command: aptInstall(toolchainPackages), long: true },
  unless: sh`
    for package in ${toolchainPackages}; do
      dpkg-query -W -f '\${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || exit 1
    done`,
});
