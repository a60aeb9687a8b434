import { DeploymentEngineError } from '../../domain/errors.ts';
import { distinct } from '../../domain/text/distinct.ts';
import { joined } from '../../domain/text/joined.ts';
import { phrase, type Text } from '../../domain/text/text.ts';

/** An account that a node refused. */
export interface Refusal {
  readonly account: string;
  readonly where: 'login by key' | 'login by password' | 'sudo' | 'shell';
  /** The node's own words. */
  readonly said: string;
  /** When, if not now. */
  readonly at?: number;
}

/** For an account whose shell never reaches the command. */
export const NEVER_BEGAN = 'the command never began';

/** English messages of sshd, PAM and sudo about the account, and what helps. */
const CAUSES: readonly { readonly words: RegExp; readonly tell: (account: string) => Text }[] = [
  {
    words: /account (has|is) expired|account validation failure|account or password is expired/i,
    tell: (account) => phrase('the account {account} has expired; renew it: chage -E -1 {account}', { account }),
  },
  {
    words: /password has expired|(change|reset) your password|new password/i,
    tell: (account) =>
      phrase(
        'the password of {account} has expired, so a new one is asked for before anything else; keep the old one with chage -d "$(date +%F)" {account}, or set a new one with passwd {account} and post it',
        { account },
      ),
  },
  {
    words: new RegExp(NEVER_BEGAN),
    tell: (account) =>
      phrase(
        'the start-up files of {account} (.bashrc, .profile, /etc/bash.bashrc) never end: they read standard input, or wait for something else; have them return where there is no terminal: [ -t 0 ] || return. No password was sent',
        { account },
      ),
  },
  {
    words: /must have a tty|a terminal is required/i,
    tell: (account) =>
      phrase(
        'sudo asks {account} for a terminal (Defaults requiretty in sudoers); write "Defaults:{account} !requiretty" into a file in /etc/sudoers.d, or allow root to log in once',
        { account },
      ),
  },
];

/** Undefined = the login itself was refused; sshd never explains that. */
function causeOf({ account, where, said }: Refusal): Text | undefined {
  const known = CAUSES.find(({ words }) => words.test(said));
  if (known !== undefined) return known.tell(account);
  const lines = said.split('\n').map((line) => line.trim());
  const words = lines.filter((line) => line !== '').join(' ') || 'nothing was said';
  if (where === 'sudo')
    return phrase('{account} may not become root with sudo ({words}); check its password and sudo rights', {
      account,
      words,
    });
  return undefined;
}

export const isAboutTheAccount = (said: string): boolean => CAUSES.some(({ words }) => words.test(said));

/** Thrown when no account can become root: the known causes, and what was tried. */
export function authenticationFailed(address: string, refusals: readonly Refusal[]): DeploymentEngineError {
  const accounts = [...new Set(refusals.map(({ account }) => account))];
  const causes = distinct(refusals.flatMap((refusal) => causeOf(refusal) ?? []));
  const unexplained = accounts.filter((account) =>
    refusals.every((refusal) => refusal.account !== account || causeOf(refusal) === undefined),
  );
  const tried = unexplained.map((account) =>
    phrase('{account} ({ways})', { account, ways: waysOf(account, refusals) }),
  );
  const logins =
    tried.length === 0
      ? []
      : [
          phrase(
            'no login for {tried}: check the passwords, and AllowUsers and AllowGroups in sshd_config; a stock sshd refuses a password for root (PermitRootLogin in sshd_config)',
            { tried },
          ),
        ];
  return new DeploymentEngineError(
    'AuthenticationFailed',
    phrase('{address}: {what}.', { address, what: joined([...causes, ...logins]) }),
    {
      details: { node: address, accounts, where: [...new Set(refusals.map(({ where }) => where))] },
    },
  );
}

const waysOf = (account: string, refusals: readonly Refusal[]): Text => {
  const ways = [
    ...new Set(
      refusals
        .filter((refusal) => refusal.account === account)
        .map(({ where }) => (where === 'login by key' ? 'key' : 'password')),
    ),
  ];
  return ways.length === 1 ? (ways[0] ?? '') : phrase('{one} and {other}', { one: 'key', other: 'password' });
};
