import { describe, expect, it } from 'vitest';
import { becomes, calls, instance, monit, OBEYS, put, root, started } from '../../support/monit-instance.ts';
import { ALL_STOPPED, FORWARDER_RUNS } from '../../support/monit-status.ts';

/** Shell text: what monit is told first is lost, as when it reads its files before it gets to it; then it obeys. */
const losesFirst = (action: string): string =>
  `if [ "$1" = ${action} ] && [ ! -e "${root}/lost-$2" ]; then : >"${root}/lost-$2"; exit; fi; ${OBEYS()}`;

describe('an order that monit has lost', () => {
  it('is given again: a stop', () => {
    put('status.xml', FORWARDER_RUNS);
    monit(losesFirst('stop'));
    expect(instance('stop', 'nats_0', '30')).toEqual({ exitCode: 0, lines: [] });
    expect(calls()).toEqual(['stop nats', 'stop nats_stream_forwarder', 'stop nats', 'stop nats_stream_forwarder']);
  });

  it('is given again: a start', () => {
    put('status.xml', ALL_STOPPED);
    monit(losesFirst('start'));
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    expect(started()).toBe('f1');
  });

  it('is given again where monit has read its files since: a restart on new files', () => {
    put('status.xml', FORWARDER_RUNS);
    put('bosh/instances/nats_0/started', 'older\n');
    const reads = `sed -i 's/<incarnation>[0-9]*/<incarnation>4711/' ${root}/status.xml`;
    monit(`[ "$*" != 'restart nats_stream_forwarder' ] || grep -q '>4711<' ${root}/status.xml || { ${reads}; }`);
    expect(instance('start', 'nats_0', 'f1', '30').exitCode).toBe(0);
    const both = ['restart nats', 'restart nats_stream_forwarder'];
    expect(calls()).toEqual([...both, ...both]);
  });

  it('is not given again while it is pending', () => {
    put('status.xml', FORWARDER_RUNS);
    const pending = FORWARDER_RUNS.replaceAll('<pendingaction>0</pendingaction>', '<pendingaction>3</pendingaction>');
    put('stopped.xml', ALL_STOPPED);
    monit(
      `[ "$*" != 'stop nats_stream_forwarder' ] || { ${becomes(pending)}; { sleep 4; cp ${root}/stopped.xml ${root}/status.xml; } & }`,
    );
    expect(instance('stop', 'nats_0', '30').exitCode).toBe(0);
    expect(calls()).toEqual(['stop nats', 'stop nats_stream_forwarder']);
  });
});
