import { type Command, sh } from '../../domain/command.ts';
import { DeploymentEngineError } from '../../domain/errors.ts';
import { type Change, change } from '../../domain/step.ts';
import { allOf } from '../../domain/text/joined.ts';
import { phrase } from '../../domain/text/text.ts';
import type { Answers } from '../checks/answers.ts';
import { putOwnLines } from '../checks/own-lines.ts';
import { asAccount } from './as-account.ts';

export interface KeyFacts {
  readonly hasKey: boolean;
  /** Links in the home that root has not made, with their owners. */
  readonly foreignLinks: readonly string[];
}

interface WantedKey {
  readonly address: string;
  readonly user: string;
  readonly home: string;
  readonly publicKey: string;
}

/** To be part of a check, behind the setting of `home`. */
export const lookForKey = (publicKey: string): Command => sh`
  keys=$home/.ssh/authorized_keys
  # Most often it stands there as it was written.
  is_there=
  [ ! -f "$keys" ] || while IFS= read -r line; do [ "$line" != ${publicKey} ] || { is_there=yes && break; }; done <"$keys"
  { [ -n "$is_there" ] || { [ -f "$keys" ] && tr -d '\r' <"$keys" | grep -qxF ${publicKey}; }; } && echo key=yes
  for place in "$home/.ssh" "$keys"; do
    [ ! -L "$place" ] || [ "$(stat -c %u "$place")" = 0 ] || echo "link=$place"
  done`;

export const keyFacts = (answers: Answers): KeyFacts => ({
  hasKey: answers.has('key'),
  foreignLinks: answers.all('link'),
});

/** Our key as a line of its own. Written as the account itself, because the account controls its home and its links. */
export function keyChanges({ hasKey, foreignLinks }: KeyFacts, wanted: WantedKey): Change[] {
  if (hasKey) return [];
  const { address, user, home, publicKey } = wanted;
  if (foreignLinks.length > 0)
    throw new DeploymentEngineError(
      'NodeUnfit',
      phrase(
        '{address}: {links} is a link that {user} could have made, so our key is not written through it. Put a folder or file in its place, or make root the owner of the link.',
        { address, links: allOf(foreignLinks), user },
      ),
    );
  const folder = `${home}/.ssh`;
  const keys = {
    path: `${folder}/authorized_keys`,
    lines: [publicKey],
    // A line that is exactly an engine's; with options or a comment added it is the operator's.
    pattern: '^ssh-rsa [A-Za-z0-9+/=]+ deployment-engine$',
    mode: '0600',
  };
  return [
    change(
      phrase('{user} does not accept our key', { user }),
      sh`
        for place in ${folder} ${keys.path}; do
          # Not what is linked elsewhere, by whichever kind of link.
          [ ! -e "$place" ] || [ -L "$place" ] || { [ -f "$place" ] && [ "$(stat -c %h "$place")" != 1 ]; } || chown -h ${user} "$place"
        done
        ${asAccount(
          user,
          sh`
          [ -d ${folder} ] || mkdir -m 0700 ${folder}
          ${putOwnLines(keys)}`,
        )}`,
    ),
  ];
}
