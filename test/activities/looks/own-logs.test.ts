import { chmodSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { expect, it } from 'vitest';
import { fitting, joinedLogs, listLogs, ownLogs, readLogs } from '../../../activities/looks/own-logs.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { run } from '../shell.ts';
import { programs } from '../stand-in-programs.ts';

const MARK = 'the mark';
// Stays who it is: the test machine has no vcap.
const path = programs({ perl: 'shift 3; exec "$@"' });

/** A node's root folder with files, those of a later place written later. */
function node(files: Readonly<Record<string, string>>): string {
  const root = temporaryFolder();
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    const file = join(root, 'var/vcap', name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replaceAll('/var/vcap/', `${root}/var/vcap/`));
    utimesSync(file, index + 1, index + 1);
  }
  return root;
}

/** The text shown of the instance cloud_controller_ng_0 of a node. */
function shown(root: string, bytes = 1_000_000): string {
  const listing = run(listLogs('cloud_controller_ng_0'), { root, path });
  expect(listing.exitCode).toBe(0);
  const logs = fitting(ownLogs(listing.stdout), bytes);
  const { stdout } = run(readLogs(logs, MARK), { root, path });
  return joinedLogs(logs, stdout, MARK);
}

const INSTANCE = { 'bosh/instances/cloud_controller_ng_0/monit/cloud_controller_ng.monitrc': '' };

it('shows what the jobs of an instance have logged, what was written last at the end', () => {
  const root = node({
    ...INSTANCE,
    'bosh/instances/dea_0/monit/dea_next.monitrc': '',
    'jobs/cloud_controller_ng/bin/cloud_controller_ng_ctl':
      'LOG=/var/vcap/sys/log/nginx_ccng; MORE=/var/vcap/sys/log/dea_next',
    'sys/log/nginx_ccng/access.log': 'GET /v2/info\n',
    'sys/log/dea_next/dea_next.log': 'of another\n',
    'sys/log/monit/dea_next_ctl.log': 'of another\n',
    'sys/log/monit/cloud_controller_ng_ctl.err.log': 'no newline at the end',
    'sys/log/cloud_controller_ng/deep/er/a b.log': 'deep\n',
    'sys/log/cloud_controller_ng/cloud_controller_ng.log': 'one\ntwo\n',
    'sys/log/cloud_controller_ng/empty.log': '',
  });
  expect(shown(root)).toBe(
    [
      '==> /var/vcap/sys/log/nginx_ccng/access.log <==\nGET /v2/info\n',
      '==> /var/vcap/sys/log/monit/cloud_controller_ng_ctl.err.log <==\nno newline at the end\n',
      '==> /var/vcap/sys/log/cloud_controller_ng/deep/er/a b.log <==\ndeep\n',
      '==> /var/vcap/sys/log/cloud_controller_ng/cloud_controller_ng.log <==\none\ntwo\n',
    ].join('\n'),
  );
});

it('leaves out what was rotated away', () => {
  const log = 'sys/log/cloud_controller_ng/cc.log';
  const rotated = ['.1', '.12', '.2.gz', '.bz2', '-20260101', '.old', '~'];
  const root = node({ ...INSTANCE, [log]: 'kept\n', ...Object.fromEntries(rotated.map((end) => [log + end, 'x\n'])) });
  expect(shown(root)).toBe('==> /var/vcap/sys/log/cloud_controller_ng/cc.log <==\nkept\n');
});

it('shows the newest of what was rotated away where nothing has been written since', () => {
  const log = 'sys/log/cloud_controller_ng/cc.log';
  const err = 'sys/log/monit/cloud_controller_ng.err.log';
  const root = node({
    ...INSTANCE,
    [`${log}.2`]: 'older\n',
    [`${log}.1`]: 'the last words\n',
    [log]: '',
    [`${err}.1`]: 'bad\n',
  });
  expect(shown(root)).toBe(
    [
      '==> /var/vcap/sys/log/cloud_controller_ng/cc.log.1 <==\nthe last words\n',
      '==> /var/vcap/sys/log/monit/cloud_controller_ng.err.log.1 <==\nbad\n',
    ].join('\n'),
  );
});

it('follows no link', () => {
  const root = node({
    ...INSTANCE,
    'secret/passwords.log': 'secret\n',
    'sys/log/cloud_controller_ng/cc.log': 'kept\n',
  });
  symlinkSync(join(root, 'var/vcap/secret/passwords.log'), join(root, 'var/vcap/sys/log/cloud_controller_ng/link.log'));
  symlinkSync(join(root, 'var/vcap/secret'), join(root, 'var/vcap/sys/log/cloud_controller_ng/folder'));
  expect(shown(root)).not.toContain('secret');
});

it('says which log may not be read', () => {
  const logs = [{ path: 'nats/nats.log', size: 5, modifiedAt: 1, from: 0 }];
  const root = node({ ...INSTANCE, 'sys/log/nats/nats.log': 'text\n' });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'var/vcap/sys/log/nats/nats.log'), 0);
  const asNobody = process.getuid?.() === 0 ? 'setpriv --reuid 65534 --clear-groups' : '';
  const other = programs({ perl: `shift 3; exec ${asNobody} "$@"` });
  const { stdout } = run(readLogs(logs, MARK), { root, path: other });
  expect(joinedLogs(logs, stdout, MARK)).toBe('==> /var/vcap/sys/log/nats/nats.log <==\n\nonly root may read it\n');
});

it('knows an instance that is not installed, and one that has logged nothing', () => {
  const listing = run(listLogs('nats_0'), { root: node(INSTANCE), path });
  expect(listing.exitCode).toBe(3);
  expect(ownLogs(run(listLogs('cloud_controller_ng_0'), { root: node(INSTANCE), path }).stdout)).toEqual([]);
});

it('shows the newest whole lines of a log that is too long, and small ones whole', () => {
  const many = Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join('');
  const root = node({
    ...INSTANCE,
    'sys/log/cloud_controller_ng/cc.err.log': 'an error\n',
    'sys/log/cloud_controller_ng/cc.log': many,
  });
  const text = shown(root, 49);
  expect(text).toBe(
    '==> /var/vcap/sys/log/cloud_controller_ng/cc.err.log <==\nan error\n\n' +
      `==> /var/vcap/sys/log/cloud_controller_ng/cc.log (its last 40 bytes of ${many.length}) <==\n` +
      'line 996\nline 997\nline 998\nline 999\n',
  );
});
