import type { Secrets } from './judge.ts';
import type { Documents } from './requests.ts';

/** Obviously fake, in no text by chance, and spelled differently in JSON, URLs and HTML. */
export const SECRETS = {
  'the password of the user': 'canary-of-the-user "5d1f" <ü> 100%',
  'the password of root': "canary-of-root \\83ac\\ & 'x' #1",
} as const satisfies Secrets;

/** Documents that routes take, of a cluster on these addresses. */
export function validDocuments(home: string, nodes: readonly [string, string]): Documents {
  const configuration = configurationFor(home, nodes);
  const selections = [
    { name: 'all', ip: '0.0.0.0' },
    { Comp: 'nats', Ip: nodes[1], wait: 0 },
    { name: 'haproxy' },
    { IP: nodes[0], wait: '1' },
  ];
  return {
    config: [configuration],
    plan: [configuration],
    preflight: [configuration],
    hardware: [{ name: 'all', ip: '0.0.0.0' }, { name: 'nats', ip: nodes[1] }, { ip: nodes[0] }],
    restart: selections,
    stop: selections,
    deploy: [{ confirm: 'a'.repeat(64) }, { 'dry-run': 1 }],
    'runs/:run/resolve': [
      { action: 'retry', targets: ['nats/0', nodes[1]], park: 1, reason: 'because' },
      { action: 'skip' },
    ],
    activation: [{ serial: 'DE1.x.y' }],
    session: [{ token: 'x', next: '/deployment-engine/log.html' }],
    'hosts/adopt': [{}, { hosts: ['10.10.101.181'] }],
    'hosts/:ip/trust': [{ hostKey: `SHA256:${'A'.repeat(43)}` }],
  };
}

export const configurationFor = (home: string, [front, other]: readonly [string, string]) => ({
  components: { haproxy: [front], nats: [other] },
  properties: {
    domain: 'cf.local',
    disksize: 1,
    checkdisk: 1,
    adduser: 1,
    user: 'vcap',
    password: SECRETS['the password of the user'],
    root: SECRETS['the password of root'],
    home,
  },
});
