import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { root, put, wakes, instanceWhile, instance, launchedBy, lastParagraph } from '../../support/monit-instance.ts';
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

  it('is told by the signal that ended it', () => {
    launchedBy('kill -9 $$', { times: 3 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)]).toEqual([
      4,
      ['the start program of nats_stream_forwarder was ended by signal 9, 3 times'],
    ]);
  });

  it('is told from a process that comes to life and is gone soon', () => {
    launchedBy(`echo 'loses its master'; sleep 0.3 & echo $! >${root}/f.pid`, { times: 4 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '60');
    expect([exitCode, lastParagraph(lines)[0]]).toEqual([
      4,
      'loses its master (nats_stream_forwarder starts and is gone within half a minute, 3 times)',
    ]);
  });

  it('is not given up while it works, and told from one that ended', () => {
    launchedBy('echo "upgrades its tables"; exec sleep 30', { times: 1 });
    const { exitCode, lines } = instance('start', 'nats_0', 'f1', '3');
    const pid = /process (\d+)/.exec(lines.join('\n'))?.[1] ?? '';
    process.kill(Number(pid), 'SIGKILL');
    expect([exitCode, lines.slice(-2)]).toEqual([
      3,
      [`nats_stream_forwarder: its start program still works (process ${pid}); it said:`, 'upgrades its tables'],
    ]);
  });

  it('begins a new count each time', () => {
    launchedBy('exit 1', { times: 2 });
    for (const _try of [1, 2]) expect(instance('start', 'nats_0', 'f1', '3').exitCode).toBe(3);
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

  it('does not wait as long as monit does for what will not come', async () => {
    launchedBy('exit 1', { times: 1 });
    await instanceWhile(['start', 'nats_0', 'f1', '60'], async () => {
      await until(() => wakes() > 40, 'the daemon got many signals', 40_000);
    });
  });
});
