import { DeploymentEngineError } from '../../domain/errors.ts';

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
const CAUSES: readonly { readonly words: RegExp; readonly tell: (account: string) => string }[] = [
  {
    words: /account (has|is) expired|account validation failure|account or password is expired/i,
    tell: (account) => `the account ${account} has expired; renew it: chage -E -1 ${account}`,
  },
  {
    words: /password has expired|(change|reset) your password|new password/i,
    tell: (account) =>
      `the password of ${account} has expired, so a new one is asked for before anything else; keep the old one with ` +
      `chage -d "$(date +%F)" ${account}, or set a new one with passwd ${account} and post it`,
  },
  {
    words: new RegExp(NEVER_BEGAN),
    tell: (account) =>
      `the start-up files of ${account} (.bashrc, .profile, /etc/bash.bashrc) never end: they read standard input, or wait for ` +
      'something else; have them return where there is no terminal: [ -t 0 ] || return. No password was sent',
  },
  {
    words: /must have a tty|a terminal is required/i,
    tell: (account) =>
      `sudo asks ${account} for a terminal (Defaults requiretty in sudoers); write "Defaults:${account} !requiretty" into ` +
      'a file in /etc/sudoers.d, or allow root to log in once',
  },
];

/** Undefined = the login itself was refused; sshd never explains that. */
function causeOf({ account, where, said }: Refusal): string | undefined {
  const known = CAUSES.find(({ words }) => words.test(said));
  if (known !== undefined) return known.tell(account);
  const lines = said.split('\n').map((line) => line.trim());
  const words = lines.filter((line) => line !== '').join(' ') || 'nothing was said';
  if (where === 'sudo')
    return `${account} may not become root with sudo (${words}); check its password and sudo rights`;
  return undefined;
}

export const isAboutTheAccount = (said: string): boolean => CAUSES.some(({ words }) => words.test(said));

/** Thrown when no account can become root: the known causes, and what was tried. */
export function authenticationFailed(address: string, refusals: readonly Refusal[]): DeploymentEngineError {
  const accounts = [...new Set(refusals.map(({ account }) => account))];
  const causes = [...new Set(refusals.flatMap((refusal) => causeOf(refusal) ?? []))];
  const unexplained = accounts.filter((account) =>
    refusals.every((refusal) => refusal.account !== account || causeOf(refusal) === undefined),
  );
  const tried = unexplained.map((account) => `${account} (${waysOf(account, refusals)})`).join(', ');
  const logins =
    tried === ''
      ? []
      : [
          `no login for ${tried}: check the passwords, and AllowUsers and AllowGroups in sshd_config; a stock sshd refuses a ` +
            'password for root (PermitRootLogin in sshd_config)',
        ];
  return new DeploymentEngineError('AuthenticationFailed', `${address}: ${[...causes, ...logins].join('; ')}.`, {
    details: { node: address, accounts, where: [...new Set(refusals.map(({ where }) => where))] },
  });
}

const waysOf = (account: string, refusals: readonly Refusal[]): string =>
  [
    ...new Set(
      refusals
        .filter((refusal) => refusal.account === account)
        .map(({ where }) => (where === 'login by key' ? 'key' : 'password')),
    ),
  ].join(' and ');
