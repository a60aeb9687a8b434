import { DeploymentEngineError } from '../../domain/errors.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import { expiryCure, expiryReason } from './account-expiry.ts';
import type { AccountFacts } from './account-facts.ts';
import { SHELL } from './accounts.ts';

interface Wanted {
  /** Accounts that must be usable. */
  readonly names: readonly string[];
  readonly user: string;
  readonly addUser: boolean;
  readonly address: string;
}

/** What we cannot repair. With adduser 0 that is everything: the accounts are the operator's. */
export function refuseAccounts(facts: AccountFacts, { names, user, addUser, address }: Wanted): void {
  if (facts.password === 'too long')
    throw new DeploymentEngineError(
      'AuthenticationFailed',
      phrase('{address}: the password of {user} is longer than this system takes. Configure a shorter one.', {
        address,
        user,
      }),
    );
  const problems = addUser ? [] : problemsOf(facts, names, user);
  if (problems.length > 0)
    throw new DeploymentEngineError(
      'AuthenticationFailed',
      phrase('{address}: {problems}. Mend this on the node and retry, or set adduser to 1.', {
        address,
        problems: joined(problems),
      }),
    );
}

function problemsOf({ accounts, password, expiries }: AccountFacts, names: readonly string[], user: string): Text[] {
  const missing = names.filter((name) => !accounts.some((account) => account.name === name));
  const unusable = accounts.filter(({ runsCommands }) => !runsCommands);
  const expired = expiries.filter(({ name, daysLeft }) => daysLeft <= 0 && names.includes(name));
  return [
    ...missing.map((name) =>
      phrase('there is no account {name} (useradd --create-home --shell {shell} {name})', { name, shell: SHELL }),
    ),
    ...unusable.map(({ name, shell }) =>
      phrase('the shell of {name} is {shell}, which runs no commands (usermod --shell {wanted} {name})', {
        name,
        shell,
        wanted: SHELL,
      }),
    ),
    ...accounts
      .filter(({ name, hasHome }) => name === user && !hasHome)
      .map(({ home }) => phrase('{home}, the home of {name}, is missing', { home: home || 'a folder', name: user })),
    ...(password === 'different' && !missing.includes(user)
      ? [phrase('the password of {user} differs from the configured one (passwd {user})', { user })]
      : []),
    ...expired.map((expiry) => phrase('{what} ({why})', { what: expiryReason(expiry), why: expiryCure(expiry) })),
  ];
}
