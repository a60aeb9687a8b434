import { DeploymentEngineError } from '../../domain/errors.ts';
import { inEnglish } from '../../domain/text/text.ts';
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

/** What no change of ours can help. With adduser 0 that is everything: the accounts are the operator's. */
export function refuseAccounts(facts: AccountFacts, { names, user, addUser, address }: Wanted): void {
  if (facts.password === 'too long')
    throw new DeploymentEngineError(
      'AuthenticationFailed',
      `${address}: the password of ${user} is longer than this system takes. Configure a shorter one.`,
    );
  const problems = addUser ? [] : problemsOf(facts, names, user);
  if (problems.length > 0)
    throw new DeploymentEngineError(
      'AuthenticationFailed',
      `${address}: ${problems.join('; ')}. Mend this on the node and retry, or set adduser to 1.`,
    );
}

function problemsOf({ accounts, password, expiries }: AccountFacts, names: readonly string[], user: string): string[] {
  const missing = names.filter((name) => !accounts.some((account) => account.name === name));
  const unusable = accounts.filter(({ runsCommands }) => !runsCommands);
  const expired = expiries.filter(({ name, daysLeft }) => daysLeft <= 0 && names.includes(name));
  return [
    ...missing.map((name) => `there is no account ${name} (useradd --create-home --shell ${SHELL} ${name})`),
    ...unusable.map(
      ({ name, shell }) =>
        `the shell of ${name} is ${shell}, which runs no commands (usermod --shell ${SHELL} ${name})`,
    ),
    ...accounts
      .filter(({ name, hasHome }) => name === user && !hasHome)
      .map(({ home }) => `${home || 'a folder'}, the home of ${user}, is missing`),
    ...(password === 'different' && !missing.includes(user)
      ? [`the password of ${user} differs from the configured one (passwd ${user})`]
      : []),
    ...expired.map((expiry) => `${inEnglish(expiryReason(expiry))} (${expiryCure(expiry)})`),
  ];
}
