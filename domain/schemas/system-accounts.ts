const SYSTEM_ACCOUNTS: ReadonlySet<string> = new Set(
  // Those of base-passwd, then those of packages that nodes have or get.
  (
    'daemon bin sys sync games man lp mail news uucp proxy www-data backup list irc gnats nobody _apt ' +
    'libuuid uuidd syslog klog messagebus dbus sshd ntp statd avahi postgres haproxy polkitd tcpdump'
  ).split(' '),
);

/** Whether Debian or Ubuntu gives an account of that name to a service; whoever set its password would open that account. */
export const isSystemAccount = (name: string): boolean => SYSTEM_ACCOUNTS.has(name) || name.startsWith('systemd-');
