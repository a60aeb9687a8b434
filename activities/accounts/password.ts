import { type Command, sh } from '../../domain/command.ts';
import type { Secret } from '../../domain/secret.ts';
import type { Together } from '../../domain/step.ts';
import type { Answers } from '../checks/answers.ts';
import type { AccountFacts } from './account-facts.ts';

/**
 * Whether an account has a password, as part of a check; a look sets `seen_shadow` for the accounts of `names`, that one
 * included. The comparison is slow by design, so a look keeps a digest of the password together with what the node stores of
 * it: while neither changes, the answer does not.
 */
export function comparePassword(
  user: string,
  password: Secret,
  names: readonly string[],
): { readonly look: Command; readonly together: Together } {
  const compare = sh`P=${password} U=${user} perl -e ${COMPARE}`;
  return {
    look: sh`
      if [ -n "$is_password_told" ]; then
        echo "$told_password"
      else
        ${compare}
      fi`,
    together: {
      read: () => sh`
        digest_password() {
          while IFS=: read -r name stored rest; do
            [ "$name" = ${user} ] && [ -n "$stored" ] || continue
            printf '%s:%s' "$stored" ${password} | sha256sum
            break
          done <<SHADOW
        $1
        SHADOW
        }
        {
          is_password_told=yes
          seen_shadow=$(getent shadow ${names})
          digest=$(digest_password "$seen_shadow")
          if [ -n "$digest" ] && [ "$digest" = "$known_password" ]; then
            told_password=password=right
          else
            told_password=$(${compare})
            known_password=
            # Nothing has changed meanwhile.
            [ "$told_password" != password=right ] || [ "$digest" != "$(digest_password "$(getent shadow ${user})")" ] || known_password=$digest
          fi
        } 2>/dev/null </dev/null`,
      names: [],
      keeps: 'known_password',
    },
  };
}

// crypt returns a star, or nothing, for a password that is too long for it.
const COMPARE = `
  my @account = getpwnam($ENV{U});
  my $trial = crypt($ENV{P}, q($6$deployment$));
  if (!defined $trial || $trial =~ /^[*]/) { print "password=too long\\n" }
  elsif (@account && crypt($ENV{P}, $account[1]) eq $account[1]) { print "password=right\\n" }`;

export function passwordIn(answers: Answers): AccountFacts['password'] {
  const word = answers.value('password');
  return word === 'right' || word === 'too long' ? word : 'different';
}
