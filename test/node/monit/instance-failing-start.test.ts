import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  calls,
  instance,
  instanceWhile,
  lastParagraph,
  launchedBy,
  NOTE_OF_ENDS,
  put,
  read,
  root,
  startWithPidFile,
  wakes,
} from '../../support/monit-instance.ts';
import { ALL_STOPPED } from '../../support/monit-status.ts';
import { until } from '../../support/until.ts';

describe('a start that fails', () => {
  it('is given up after three times, with how it ended, what it said and what it logged', () => {
    const log = `${root}/sys/log/nats`;
    launchedBy(
      `mkdir -p ${log}; echo 'reads nats.yml' >>${log}/nats.log; echo 'starts'; echo 'no port given' >&2; exit 1`,
      {
        times: 3,
      },
    );
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)]).toEqual([
      4,
      [
        'no port given (the start program of nats_stream_forwarder ended with exit code 1, 3 times)',
        'nats_stream_forwarder said:',
        'starts',
        'no port given',
        `${log}/nats.log:`,
        'reads nats.yml',
        'reads nats.yml',
        'reads nats.yml',
      ],
    ]);
  });

  it('says for how long it has failed before', () => {
    launchedBy('sleep 1; exit 1', { times: 3 });
    const failing = /^failing for (\d+) s$/m.exec(instance('start', 'nats_0', 'f1', '60').lines.join('\n'))?.[1];
    // From the first end to the third.
    expect(Number(failing)).toBeGreaterThanOrEqual(2);
    launchedBy('exec sleep 30', { times: 1 });
    expect(instance('start', 'nats_0', 'f1', '1').lines.join('\n')).not.toContain('failing for');
  });

  it('is told by the signal that ended it', () => {
    launchedBy('kill -9 $$', { times: 3 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)]).toEqual([
      4,
      ['the start program of nats_stream_forwarder was ended by signal 9, 3 times'],
    ]);
  });

  it.each([
    [99, 'ended with exit code 99'],
    [127, 'ended with exit code 127'],
    [128, 'ended with exit code 128'],
    [129, 'was ended by signal 1'],
    [143, 'was ended by signal 15'],
    [192, 'was ended by signal 64'],
    [193, 'ended with exit code 193'],
    [255, 'ended with exit code 255'],
  ])('with exit code %d is told as one that %s', (code, how) => {
    startWithPidFile();
    put(NOTE_OF_ENDS(), `1 ${code} 1 0 0\n`);
    expect(instance('why', 'nats_0').lines).toEqual([`the start program of nats_stream_forwarder ${how}, once`]);
  });

  it.each([
    ['utils.sh: line 125: 40666 Killed                  setsid chpst -u vcap nats'],
    ['/jobs/nats/bin/f_ctl: line 7: 812 Segmentation fault (core dumped) nats'],
    ['Killed'],
  ])('is not told by what the shell says of its child: %s', (message) => {
    launchedBy(`echo 'no route to the database'; echo '${message}' >&2; exit 137`, { times: 3 });
    const [cause] = lastParagraph(instance('start', 'nats_0', 'f1', '60').lines);
    expect(cause).toMatch(/^no route to the database \(the start program/);
  });

  it('is told by what the shell says of its child where nobody says more', () => {
    launchedBy('echo Killed; exit 137', { times: 3 });
    expect(lastParagraph(instance('start', 'nats_0', 'f1', '60').lines)[0]).toMatch(/^Killed \(the start program/);
  });

  it('is told from a process that comes to life and is gone soon', () => {
    // As soon as the launcher has noted its life, however long that takes.
    const noted = `read -r failed code failed_at died up_at <${join(root, NOTE_OF_ENDS())} && [ "$up_at" -gt 0 ]`;
    const living = `until ${noted}; do sleep 0.05; done 2>/dev/null`;
    launchedBy(`echo 'loses its master'; { ${living}; } & echo $! >${root}/f.pid`, { times: 4 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)[0]]).toEqual([
      4,
      'loses its master (nats_stream_forwarder starts and is gone within half a minute, 3 times)',
    ]);
  });

  it('is not given up while it works, and told from one that ended', () => {
    launchedBy('echo "upgrades its tables"; exec sleep 300', { times: 1 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '10');
    const pid = /process (\d+)/.exec(lines.join('\n'))?.[1];
    process.kill(Number(pid), 'SIGKILL');
    expect([exitCode, lines.slice(-2)]).toEqual([
      3,
      [`nats_stream_forwarder: its start program still runs (process ${pid}); it said:`, 'upgrades its tables'],
    ]);
  });

  it('begins a new count each time', async () => {
    launchedBy('exit 1', { times: 2 });
    for (const _try of [1, 2]) {
      expect(instance('start', 'nats_0', 'f1', '3').exitCode).toBe(3);
      await until(() => read(NOTE_OF_ENDS()).startsWith('2 '), 'both have failed');
    }
  });

  it('names the process that holds the port', async () => {
    const holder = spawn('ruby', [
      '-rsocket',
      '-e',
      's = TCPServer.new("127.0.0.1", 0); puts s.addr[1]; $stdout.flush; sleep',
    ]);
    const [chunk] = (await once(holder.stdout, 'data')) as [Buffer];
    const port = chunk.toString().trim();
    const cause = `port ${port} is in use by process ${holder.pid} (ruby -rsocket -e`;
    try {
      launchedBy(`echo 'bind: 127.0.0.1:${port}: Address already in use' >&2; exit 98`, { times: 3 });
      expect(lastParagraph(instance('start', 'nats_0', 'f1', '60').lines)[0]).toContain(cause);
      // Where it does not say which one, its files do.
      put('jobs/nats/config/nats.yml', `port: ${port}\n`);
      launchedBy(`echo 'EADDRINUSE' >&2; exit 98`, { times: 3 });
      expect(lastParagraph(instance('start', 'nats_0', 'f1', '60').lines)[0]).toContain(cause);
    } finally {
      holder.kill('SIGKILL');
    }
  });

  it('keeps monit from nothing else when a deploy gives it up, and is left to monit after a restart', () => {
    put('bosh/instances/nats_0/installed', 'fingerprint f1\n');
    launchedBy('exit 1', { times: 3 });
    expect(instance('start', 'nats_0', 'f1', '60').exitCode).toBe(4);
    expect(calls().filter((call) => call.startsWith('stop'))).toEqual(['stop nats_stream_forwarder']);

    rmSync(join(root, 'calls'));
    const before = read('status.xml');
    put('stopped.xml', ALL_STOPPED);
    put('failing.xml', before);
    const obeys = `[ "$1" != stop ] || cp ${root}/stopped.xml ${root}/status.xml; [ "$1" != start ] || cp ${root}/failing.xml ${root}/status.xml`;
    put('bosh/bin/monit', read('bosh/bin/monit').replace('\n[ "$*"', `\n${obeys}\n[ "$*"`));
    expect(instance('restart', 'nats_0', 'run-7', '60').exitCode).toBe(4);
    expect(calls().at(-1)).toBe('start nats_stream_forwarder');
  });

  const SINCE = Math.floor(Date.now() / 1000) - 20;
  const START = "[2026] info     : 'other' start: '/other start'\n";
  const FAILED = "[2026] error    : 'other' failed to start (exit status 1) -- '/other start': no disk\n";

  it('does not wait as long as monit does for what will not come, whosever it is', async () => {
    put('monit/monit.log', START + FAILED + START);
    put('bosh/var/started-other.ends', `1 1 ${SINCE} 0 0\n`);
    put('status.xml', ALL_STOPPED);
    await instanceWhile(['start', 'nats_0', 'f1', '60'], async () => {
      await until(() => wakes() > 40, 'the daemon got many signals', 40_000);
    });
  });

  it('presses monit no longer than it can wait for one start', () => {
    put('monit/monit.log', START + FAILED + START);
    put('bosh/var/started-other.ends', `1 1 ${SINCE} 0 0\n`);
    put('status.xml', ALL_STOPPED);
    put('bosh/bin/instance', read('bosh/bin/instance').replace(/^MOST_PRESSED=\d+$/m, 'MOST_PRESSED=10'));
    expect(instance('start', 'nats_0', 'f1', '8').exitCode).toBe(3);
    expect(wakes()).toBeLessThan(40);
  });

  it('does not press monit where it waits for nothing of the kind', () => {
    put('monit/monit.log', START + FAILED);
    put('bosh/var/started-other.ends', `1 1 ${SINCE} 0 0\n`);
    put('status.xml', ALL_STOPPED);
    expect(instance('start', 'nats_0', 'f1', '3').exitCode).toBe(3);
    expect(wakes()).toBeLessThan(20);
  });
});
