import { ensureUser } from '../../../activities/steps/ensure-user.ts';
import type { ComponentName } from '../../../domain/components.ts';
import { Secret } from '../../../domain/secret.ts';
import { nodeContext } from '../samples.ts';

const context = nodeContext();

export function stepFor({
  user = 'vcap',
  addUser = true,
  component = 'nats' as ComponentName,
  password = 'secret',
} = {}) {
  const { configuration, instances } = context;
  const properties = { ...configuration.properties, user, addUser, password: new Secret('user_password', password) };
  return ensureUser({
    ...context,
    instances: instances.map((each) => ({ ...each, instance: { ...each.instance, component } })),
    configuration: { ...configuration, properties },
  });
}

export const ALL_GROUPS = 'vcap adm admin audio cdrom dialout dip floppy plugdev sudo video';
/** 2026-01-01. */
export const TODAY = 20_454;
const REST = `groups=${ALL_GROUPS}\npassword=right\nkey=yes\ntoday=${TODAY}`;

export const node = (...parts: string[]): string => [...parts, REST].join('\n');
