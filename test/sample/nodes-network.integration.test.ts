import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FIRST, SECOND, connect, nodes, nodesOutput, reasonToSkip, run, ssh, stateOf } from './test-nodes.ts';

const skipped = await reasonToSkip();
const patience = { timeout: 30_000, interval: 200 };

describe.skipIf(skipped)(`the network of test nodes${skipped && ` (${skipped})`}`, () => {
  beforeAll(() => nodesOutput('up', '2'));
  afterAll(() => nodesOutput('down', '--wipe'));

  it('reaches the other nodes and this machine, and nothing else', async () => {
    expect(await ssh(FIRST, 'ip route')).toBe(`10.10.105.0/24 dev eth0 proto kernel scope link src ${FIRST}`);
    expect(await ssh(FIRST, `ping -c 1 -W 5 ${SECOND} && ping -c 1 -W 5 10.10.105.180 && echo both`)).toContain('both');
    expect(await ssh(FIRST, 'ping -c 1 -W 5 192.0.2.1')).toContain('Network is unreachable');
  });

  it('keeps connections open through a cut and delivers after it what was sent', async () => {
    const client = await connect(FIRST);
    const events: string[] = [];
    client.on('close', () => events.push('close')).on('error', () => events.push('error'));
    client.exec('touch /root/lines; tail -n +1 -f /root/lines & cat >/root/received', (error, channel) => {
      if (error) throw error;
      channel.on('data', (chunk: Buffer) => events.push(chunk.toString()));
      channel.write('before');
      const sendFromNode = () => nodesOutput('sh', FIRST, 'sh', '-c', 'ip neigh flush all; echo hello >>/root/lines');
      void nodes('cut', FIRST)
        .then(sendFromNode)
        .then(() => channel.write(' during'));
    });

    // Packets sent again and again prove that both directions are dropped.
    await vi.waitFor(
      async () => expect(retransmits((await run('ss', '-tin', 'dst', FIRST)).stdout)).toBe(true),
      patience,
    );
    await vi.waitFor(
      async () => expect(retransmits(await nodesOutput('sh', FIRST, 'ss', '-tin', 'sport', '22'))).toBe(true),
      patience,
    );
    expect(events).toEqual([]);
    expect(await nodesOutput('sh', FIRST, 'cat', '/root/received')).not.toContain('during');

    await nodesOutput('heal', FIRST);
    await vi.waitFor(() => expect(events).toEqual(['hello\n']), patience);
    await vi.waitFor(
      async () => expect(await nodesOutput('sh', FIRST, 'cat', '/root/received')).toBe('before during'),
      patience,
    );
    client.end();
  });

  it('stays cut through up, a reset and a power-off, and says so', async () => {
    await nodesOutput('cut', SECOND);
    expect(await nodesOutput('up', '2')).toContain(`still cut: ${SECOND}`);
    await nodesOutput('reboot', SECOND);
    expect(await stateOf(SECOND)).toBe('cut');
    await nodesOutput('down');
    await nodesOutput('up', '2');
    expect(await stateOf(SECOND)).toBe('cut');
    expect(await ssh(FIRST, `ping -c 1 -W 1 ${SECOND} || echo gone`)).toContain('gone');
    await nodesOutput('heal', SECOND);
    expect(await stateOf(SECOND)).toBe('up');
  });

  it('connects running nodes again when the bridge was deleted by hand', async () => {
    await run('ip', 'link', 'del', 'denodes-test');
    await nodesOutput('up', '2');
    expect(await ssh(SECOND, 'echo here')).toBe('here');
  });
});

const retransmits = (sockets: string) => /retrans:\d+\/([2-9]|\d\d)/.test(sockets);
