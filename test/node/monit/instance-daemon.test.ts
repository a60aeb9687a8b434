import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { becomes, daemon, instance, monit, put, root } from '../../support/monit-instance.ts';
import { FORWARDER_RUNS } from '../../support/monit-status.ts';
import { until } from '../../support/until.ts';

const SYNTAX = "/var/vcap/bosh/etc/monitrc:5: syntax error 'se'";
const CURE = "The next deploy puts monit's files in order";

/** Gone: neither pid file nor answer. */
function ends(): void {
  rmSync(join(root, 'bosh/var/monit.pid'));
  put('status.xml', '');
}

describe.each([
  ['start', 'f1'],
  ['hold', undefined],
])('%s, where monit', (verb, fingerprint) => {
  const act = () => {
    const began = Date.now();
    const { exitCode, lines } = instance(verb, 'nats_0', ...(fingerprint === undefined ? [] : [fingerprint]), '40');
    return { exitCode, said: lines.at(-1), isSoon: Date.now() - began < 20_000 };
  };

  it('cannot start, says why at once', () => {
    ends();
    monit(`[ $# -gt 0 ] || { echo "${SYNTAX}" >&2; exit 1; }`);
    expect(act()).toEqual({ exitCode: 3, said: `monit does not start: ${SYNTAX}. ${CURE}`, isSoon: true });
  });

  it('runs and can be told nothing, says why at once', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(`echo "${SYNTAX}"; exit 1`);
    expect(act()).toEqual({ exitCode: 3, said: `monit takes no orders: ${SYNTAX}. ${CURE}`, isSoon: true });
  });

  it('is halted, says so at once', async () => {
    daemon.kill('SIGSTOP');
    await until(() => /^State:\s*T/m.test(readFileSync(`/proc/${daemon.pid}/status`, 'utf8')), 'it is halted');
    put('status.xml', '');
    expect(act()).toEqual({
      exitCode: 3,
      said: `monit (process ${daemon.pid}) is halted by a signal and does not answer; kill -CONT ${daemon.pid} lets it continue`,
      isSoon: true,
    });
  });

  it('ends meanwhile, and cannot start again, says so at once', () => {
    put('status.xml', FORWARDER_RUNS.replaceAll('<monitor>1', '<monitor>2'));
    monit(
      `if [ $# = 0 ]; then echo "${SYNTAX}"; exit 1; fi; case $2 in nats_stream*) rm ${root}/bosh/var/monit.pid; ${becomes('')} ;; esac`,
    );
    expect(act()).toEqual({ exitCode: 3, said: `monit does not start: ${SYNTAX}. ${CURE}`, isSoon: true });
  });
});
