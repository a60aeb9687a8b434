import { type Command, raw, sh } from '../../domain/command.ts';
import { phrase, type Text } from '../../domain/text/text.ts';
import type { Answers } from '../checks/answers.ts';
import { NOW } from '../checks/see-time.ts';

/** When an account, or its password, ends: sshd then refuses even a key. */
export interface AccountExpiry {
  readonly name: string;
  /** Day as in `2026-01-31`, or undefined = never. */
  readonly endsOn: string | undefined;
  /** Days from the node's today; 0 and less = it has ended. */
  readonly daysLeft: number;
}

/** The command with which an operator repairs it. */
export const expiryCure = ({ name }: AccountExpiry): string => `chage -d "$(date +%F)" -M 99999 -E -1 ${name}`;

/** For the engine's own accounts. */
export const neverExpires = (name: string): Command => sh`
  chage -M 99999 -I -1 -E -1 ${name}
  [ "$(getent shadow ${name} | cut -d: -f3)" != 0 ] || chage -d "$(date +%F)" ${name}`;

/** From /etc/shadow, in days since 1970: last password change, longest age, end of the account. */
export const lookForExpiry = (names: readonly string[]): Command => sh`
  echo "today=$((${raw(NOW)} / 86400))"
  while IFS=: read -r name stored changed soonest longest warning inactive end rest; do
    [ -z "$name" ] || echo "ageing=$name:$changed:$longest:$end"
  done <<SHADOW
  \${seen_shadow:-$(getent shadow ${names})}
  SHADOW`;

export const expiries = (answers: Answers): AccountExpiry[] =>
  answers.all('ageing').map((line) => {
    const [name = '', ...fields] = line.split(':');
    const [changed, longest, end] = fields.map((field) => (field === '' ? undefined : Number(field)));
    const day = Math.min(passwordEnd(changed, longest), end !== undefined && end >= 0 ? end : Infinity);
    const daysLeft = day - Number(answers.value('today') ?? 0);
    return { name, daysLeft, endsOn: Number.isFinite(day) ? dateOf(day) : undefined };
  });

/** shadow(5): changed on day 0 = has to be changed at once; `chage -M 99999` is how never is written. */
function passwordEnd(changed: number | undefined, longest: number | undefined): number {
  if (changed === 0) return 0;
  return changed === undefined || longest === undefined || longest < 0 || longest >= 99_999
    ? Infinity
    : changed + longest;
}

const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** `the account ops expires on 2026-01-31`. */
export function expiryReason({ name, endsOn, daysLeft }: AccountExpiry): Text {
  if (endsOn === '1970-01-01') return phrase('the password of {name} has to be changed before anything else', { name });
  return daysLeft > 0
    ? phrase('the account {name} expires on {endsOn}', { name, endsOn: endsOn ?? '' })
    : phrase('the account {name} expired on {endsOn}', { name, endsOn: endsOn ?? '' });
}
