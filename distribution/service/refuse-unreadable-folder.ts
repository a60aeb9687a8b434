import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { phrase } from '../../domain/text/text.ts';
import type { Service } from './service-unit.ts';
import { run, serviceImpossible } from './systemd.ts';

/** Throws where the account cannot run the program: nobody but root can what was unpacked in root's home. */
export function refuseUnreadableFolder({ user, folder }: Pick<Service, 'user' | 'folder'>): void {
  const files = [join(folder, 'node_modules/.bin/node'), join(folder, 'server/call-command.ts')];
  // Its group need not have its name.
  const account = ['--reuid', user, '--regid', run('id', '-g', user).trim(), '--init-groups'];
  const { status } = spawnSync('setpriv', [...account, 'sh', '-c', 'test -x "$1" && test -r "$2"', 'sh', ...files]);
  if (status !== 0)
    throw serviceImpossible(
      phrase(
        '{user} cannot read {folder}: unpack the package where everybody may, in /opt/deployment-engine for example',
        {
          user,
          folder,
        },
      ),
    );
}
