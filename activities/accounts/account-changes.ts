import { type Command, sh } from '../../domain/command.ts';
import { type Change, change } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { expiryReason, neverExpires } from './account-expiry.ts';
import type { AccountFacts } from './account-facts.ts';
import { type Account, homeOf, SHELL } from './accounts.ts';
import { VCAP_ID, type VcapNumbers } from './vcap-numbers.ts';

// The groups a BOSH stemcell gives vcap; packaging scripts rely on them.
const GROUPS = ['adm', 'admin', 'audio', 'cdrom', 'dialout', 'dip', 'floppy', 'plugdev', 'sudo', 'video'];

/** Makes what is missing and repairs what is there; the uid of an account stays. */
export function accountChanges(
  { accounts, numbers, groups, expiries }: AccountFacts,
  { names, user }: { readonly names: readonly string[]; readonly user: string },
): Change[] {
  const missing = names.filter((name) => !accounts.some((account) => account.name === name));
  const expiring = expiries.filter(({ name, endsOn }) => names.includes(name) && endsOn !== undefined);
  return [
    ...missing.map((name) =>
      change(phrase('no account {name}', { name }), name === 'vcap' ? addVcap(numbers) : addAccount(name)),
    ),
    ...accounts.flatMap(shellChanges),
    ...expiring.map((expiry) => change(expiryReason(expiry), neverExpires(expiry.name))),
    ...accounts.filter(({ name }) => name === user).flatMap(homeChanges),
    ...groupChanges(groups, user),
  ];
}

// That the uid is taken matters only where files are shared, and is refused there.
const addVcap = ({ uidHolder }: VcapNumbers): Command => sh`
  groupadd --force --gid ${VCAP_ID} vcap
  useradd ${uidHolder === undefined ? ['--uid', VCAP_ID] : []} --gid vcap --create-home --shell ${SHELL} vcap
  ${takeOver('vcap')}`;

/** A group of its name may be there already. */
const addAccount = (name: string): Command => sh`
  set -- --create-home --shell ${SHELL} ${name}
  ! getent group ${name} >/dev/null || set -- --gid ${name} "$@"
  useradd "$@"
  ${takeOver(name)}`;

/** Takes over the home that a former account of that name left, and lifts the system's password ageing. */
const takeOver = (name: string): Command => sh`
  chown -h ${name} "$(getent passwd ${name} | cut -d: -f6)"
  ${neverExpires(name)}`;

const shellChanges = ({ name, shell, runsCommands }: Account): Change[] =>
  runsCommands
    ? []
    : [
        change(
          phrase('the shell of {name} is {shell}, which runs no commands', { name, shell }),
          sh`usermod --shell ${SHELL} ${name}`,
        ),
      ];

function homeChanges(account: Account): Change[] {
  const { name, home, hasHome } = account;
  const wanted = homeOf(account, name);
  const make = sh`[ -d ${wanted} ] || { mkdir -p ${wanted} && chown ${name}:"$(id -gn ${name})" ${wanted}; }`;
  if (home !== wanted)
    return [
      change(
        phrase('{home} is the home of {name}', { home: home || 'no folder', name }),
        sh`
          usermod --home ${wanted} ${name}
          ${make}`,
      ),
    ];
  return hasHome ? [] : [change(phrase('{home}, the home of {name}, is missing', { home, name }), make)];
}

function groupChanges(groups: readonly string[], user: string): Change[] {
  const missing = GROUPS.filter((group) => !groups.includes(group));
  if (missing.length === 0) return [];
  return [
    change(
      phrase('{user} is not in {groups}', { user, groups: missing }),
      sh`
        for group in ${missing}; do groupadd --force --system "$group"; done
        usermod --append --groups ${missing.join(',')} ${user}`,
    ),
  ];
}
