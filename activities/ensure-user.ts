import { sh } from '../domain/command.ts';
import { DeploymentEngineError } from '../domain/errors.ts';
import { type Change, change, type Step } from '../domain/step.ts';
import type { NodeContext } from './node-context.ts';

// The groups a BOSH stemcell gives vcap; packaging scripts rely on them.
const GROUPS = ['adm', 'admin', 'audio', 'cdrom', 'dialout', 'dip', 'floppy', 'plugdev', 'sudo', 'video'];
// NFS v3 maps by number only, so vcap must have the same one everywhere.
const VCAP_UID = 5100;

export interface AccountFacts {
  /** Undefined = there is no such account. */
  readonly vcapUid: number | undefined;
  readonly hasUser: boolean;
  readonly groups: readonly string[];
  readonly hasPassword: boolean;
  readonly hasKey: boolean;
}

type Wanted = Pick<NodeContext, 'configuration' | 'engine' | 'address' | 'instances'>;

/** Jobs run as vcap; we install as the configured user, by key, with a password that only sudo asks for. */
export const ensureUser = ({ configuration, engine, address, instances }: Wanted): Step<AccountFacts> => {
  const { user, password, addUser } = configuration.properties;
  return {
    title: 'Ensure the accounts',

    check: {
      run: sh`
        echo "uid=$(id -u vcap 2>/dev/null)"
        id ${user} >/dev/null 2>&1 && echo user=yes
        echo "groups=$(id -nG ${user} 2>/dev/null)"
        P=${password} U=${user} perl -e 'my @a = getpwnam($ENV{U}); print "password=yes\n" if @a && crypt($ENV{P}, $a[1]) eq $a[1]'
        grep -qxF ${engine.publicKey} "$(getent passwd ${user} | cut -d: -f6)/.ssh/authorized_keys" 2>/dev/null && echo key=yes
        true`,
      parse: ({ stdout }) => {
        const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1]?.trim() ?? '';
        return {
          vcapUid: value('uid') === '' ? undefined : Number(value('uid')),
          hasUser: value('user') === 'yes',
          groups: value('groups').split(/\s+/),
          hasPassword: value('password') === 'yes',
          hasKey: value('key') === 'yes',
        };
      },
    },

    changes: (facts) => {
      if (!addUser) verify(facts, user, address);
      refuseOtherUid(facts, instances, address);
      return [...accountChanges(facts, user, addUser), ...accessChanges(facts)];
    },
  };

  function accessChanges({ hasPassword, hasKey }: AccountFacts): Change[] {
    return [
      ...(hasPassword || !addUser
        ? []
        : [change(`the password of ${user} differs`, sh`printf '%s:%s\n' ${user} ${password} | chpasswd`)]),
      ...(hasKey
        ? []
        : [
            change(
              `${user} does not accept our key`,
              sh`
                home=$(getent passwd ${user} | cut -d: -f6)
                install -d -m 0700 -o ${user} -g "$(id -gn ${user})" "$home/.ssh"
                touch "$home/.ssh/authorized_keys"
                sed -i '/ deployment-engine$/d' "$home/.ssh/authorized_keys"
                printf '%s\n' ${engine.publicKey} >>"$home/.ssh/authorized_keys"
                chown ${user} "$home/.ssh/authorized_keys"
                chmod 0600 "$home/.ssh/authorized_keys"`,
            ),
          ]),
    ];
  }
};

function accountChanges({ vcapUid, hasUser, groups }: AccountFacts, user: string, addUser: boolean): Change[] {
  if (!addUser) return [];
  const isVcap = user === 'vcap';
  const missing = GROUPS.filter((group) => !groups.includes(group));
  return [
    ...(vcapUid === undefined ? [change('no account vcap', addVcap())] : []),
    ...(hasUser || isVcap ? [] : [change(`no account ${user}`, sh`useradd --create-home --shell /bin/bash ${user}`)]),
    ...(missing.length === 0
      ? []
      : [
          change(
            `${user} is not in ${missing.join(', ')}`,
            sh`
              for group in ${missing}; do groupadd --force --system "$group"; done
              usermod --append --groups ${missing.join(',')} ${user}`,
          ),
        ]),
  ];
}

const addVcap = () => sh`
  groupadd --force --gid ${VCAP_UID} vcap
  useradd --uid ${VCAP_UID} --gid vcap --create-home --shell /bin/bash vcap`;

const NFS_COMPONENTS: readonly string[] = ['nfs_server', 'cloud_controller_ng'];

/** Files of a running cluster belong to the number, so an account that has another one is never changed. */
function refuseOtherUid({ vcapUid }: AccountFacts, instances: NodeContext['instances'], address: string): void {
  const sharing = instances.map(({ instance }) => instance.component).filter((name) => NFS_COMPONENTS.includes(name));
  if (vcapUid === undefined || vcapUid === VCAP_UID || sharing.length === 0) return;
  throw new DeploymentEngineError(
    'UnsupportedSystem',
    `${address}: vcap has uid ${vcapUid}, but ${sharing.join(' and ')} need ${VCAP_UID} on every node that shares files. ` +
      `Give the account that uid (usermod --uid ${VCAP_UID} vcap, then chown its files) and retry.`,
  );
}

/** With adduser 0 the accounts are the operator's: said at once when they cannot do the work. */
function verify({ vcapUid, hasUser, hasPassword }: AccountFacts, user: string, address: string): void {
  const problems = [
    ...(vcapUid === undefined ? ['there is no account vcap'] : []),
    ...(hasUser ? [] : [`there is no account ${user}`]),
    ...(hasUser && !hasPassword ? [`the password of ${user} differs from the configured one`] : []),
  ];
  if (problems.length > 0)
    throw new DeploymentEngineError(
      'AuthenticationFailed',
      `${address}: ${problems.join('; ')}. Make the account, or set adduser to 1.`,
    );
}
