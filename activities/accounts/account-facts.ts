import type { AccountExpiry } from './account-expiry.ts';
import type { Account } from './accounts.ts';
import type { KeyFacts } from './authorized-key.ts';
import type { SudoFacts } from './sudo-terminal.ts';
import type { VcapNumbers } from './vcap-numbers.ts';

export interface AccountFacts extends KeyFacts {
  /** Those of vcap and of the configured user that there are. */
  readonly accounts: readonly Account[];
  readonly numbers: VcapNumbers;
  /** Of the configured user. */
  readonly groups: readonly string[];
  readonly password: 'right' | 'different' | 'too long';
  /** Those of root too. */
  readonly expiries: readonly AccountExpiry[];
  readonly sudo: SudoFacts;
}
