import type { NodeContext } from '../../cluster/node-context.ts';
import { sh } from '../../domain/command.ts';
import { change, type Step } from '../../domain/step.ts';
import { phrase } from '../../domain/text/text.ts';
import { accountChanges } from '../accounts/account-changes.ts';
import { expiries, expiryReason, expiryCure, lookForExpiry } from '../accounts/account-expiry.ts';
import type { AccountFacts } from '../accounts/account-facts.ts';
import { type Account, accountsIn, homeOf, lookAtAccounts } from '../accounts/accounts.ts';
import { keyChanges, keyFacts, lookForKey } from '../accounts/authorized-key.ts';
import { lookAtRules, seeRules } from '../accounts/local-rules.ts';
import { refuseAccounts } from '../accounts/refuse-accounts.ts';
import { comparePassword, passwordIn } from '../accounts/password.ts';
import { sudoChanges, sudoFacts, sudoWarnings } from '../accounts/sudo-terminal.ts';
import { lookAtNumbers, numbersIn, refuseOtherNumbers, VCAP_ID } from '../accounts/vcap-numbers.ts';
import { readAnswers } from '../checks/answers.ts';
import { seeTime } from '../checks/see-time.ts';

const WARN_DAYS = 30;

type Wanted = Pick<NodeContext, 'configuration' | 'engine' | 'address' | 'instances'>;

/** Jobs run as vcap; we install as the configured user, by key, with a password that only sudo asks for. */
export const ensureUser = ({ configuration, engine, address, instances }: Wanted): Step<AccountFacts> => {
  const { user, password, addUser } = configuration.properties;
  const names = [...new Set(['vcap', user])];
  const passwords = comparePassword(user, password, [...names, 'root']);
  return {
    title: 'Ensure the accounts',

    check: {
      run: sh`
        ${lookAtAccounts(names, { user, id: VCAP_ID })}
        ${lookAtNumbers()}
        echo "groups=$(id -nG ${user} 2>/dev/null)"
        ${passwords.look}
        ${lookForExpiry([...names, 'root'])}
        ${lookForKey(engine.publicKey)}
        ${lookAtRules(user)}
        true`,
      together: [{ read: seeTime, names: [] }, passwords.together, seeRules(user)],
      parse: ({ stdout }) => {
        const answers = readAnswers(stdout);
        return {
          ...keyFacts(answers),
          accounts: accountsIn(answers),
          numbers: numbersIn(answers),
          groups: answers.value('groups')?.split(/\s+/) ?? [],
          password: passwordIn(answers),
          expiries: expiries(answers),
          sudo: sudoFacts(answers),
        };
      },
    },

    changes: (facts) => {
      refuseAccounts(facts, { names, user, addUser, address });
      const accountOf = (name: string): Account | undefined => facts.accounts.find((each) => each.name === name);
      refuseOtherNumbers(accountOf('vcap'), facts.numbers, { instances, address });
      const home = homeOf(accountOf(user), user);
      return [
        ...(addUser ? accountChanges(facts, { names, user }) : []),
        ...(addUser && facts.password !== 'right'
          ? [
              change(
                phrase('the password of {user} differs', { user }),
                sh`printf '%s:%s\n' ${user} ${password} | chpasswd`,
                {
                  setsPassword: true,
                },
              ),
            ]
          : []),
        ...keyChanges(facts, { address, user, home, publicKey: engine.publicKey }),
        ...sudoChanges({ ...facts.sudo, allowsNothing: lacksRule(facts, addUser) }, user),
      ];
    },

    warnings: (facts) => [
      ...facts.expiries
        // Accounts that we made do not expire.
        .filter(({ name, daysLeft }) => daysLeft <= WARN_DAYS && !(addUser && names.includes(name)))
        .map((expiry) =>
          phrase('{reason}, and then nobody can log in to it, not even by key ({cure})', {
            reason: expiryReason(expiry),
            cure: expiryCure(expiry),
          }),
        ),
      ...sudoWarnings(facts.sudo, user),
    ],
  };
};

// Membership of the group may be enough; an operator's own account gets no rights from us.
const lacksRule = ({ sudo, groups }: AccountFacts, addUser: boolean): boolean =>
  addUser && sudo.allowsNothing && groups.includes('sudo');
