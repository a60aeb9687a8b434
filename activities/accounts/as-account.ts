import { type Command, sh } from '../../domain/command.ts';

// Neither su nor runuser: both ask PAM first, and an account that has expired could not be mended.
const DROP =
  'use POSIX; my ($uid, $gid) = (getpwnam shift)[2, 3]; exit 1 unless defined $uid; ' +
  'if ($uid != $>) { $) = "$gid $gid"; POSIX::setgid($gid); POSIX::setuid($uid); exit 1 if $> != $uid } exec @ARGV';

/** Runs a command as an account, so that links in its home lead root nowhere; holds no secrets. */
export const asAccount = (name: string, { text }: Command): Command =>
  sh`perl -e ${DROP} ${name} /bin/sh -c ${`set -e\n${text}`}`;
