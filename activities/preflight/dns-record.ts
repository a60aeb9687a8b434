import { randomBytes } from 'node:crypto';
import { getServers, Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Configuration } from '../../domain/configuration.ts';
import { type AskedName, DNS_SECONDS, type DnsView, judgeNames } from '../../domain/node/cluster-names.ts';
import type { DnsRecord, Finding } from '../../domain/node/preflight.ts';
import type { Text } from '../../domain/text/text.ts';
import type { NodeSession } from '../../ssh/node-session.ts';
import { askNameServers, nodeView } from './ask-name-servers.ts';

export interface LookedUp {
  readonly dns: DnsRecord;
  readonly findings: readonly Finding[];
}

type Enter = (address: string) => Promise<Pick<NodeSession, 'read'>>;

const OWN: Text = 'the control machine';
/** For the log in and the rest of a look at the node. */
const SLACK_MS = 2_000;

/** Asks this server alone, again after a second, since questions get lost. */
function resolverAt(server: string): Resolver {
  const resolver = new Resolver({ timeout: 1_000, tries: DNS_SECONDS });
  resolver.setServers([server]);
  return resolver;
}

/**
 * Asks the configured name servers for `api.<domain>` and a name that nobody has thought of, from this machine and from one node
 * that answers: hosts files, which nodes get, would not show whether people's browsers find the cluster. Takes 3 s, and with a node
 * that is slow to let in 5 s at most; undefined without haproxy. `servers`: those of this machine, default: the configured ones.
 */
export async function lookUpRecord(
  { components, properties: { domain } }: Pick<Configuration, 'components' | 'properties'>,
  { addresses, enter }: { readonly addresses: readonly string[]; readonly enter: Enter },
  servers: readonly string[] = getServers(),
): Promise<LookedUp | undefined> {
  const [front] = components.haproxy;
  if (front === undefined) return undefined;
  const asked = { domain, front };
  const names = [`api.${domain}`, `any-${randomBytes(4).toString('hex')}.${domain}`];
  const [own, node] = await Promise.all([ownView(names, front, servers), viewFromNode(names, front)]);
  return judgeNames(asked, node === undefined ? [own] : [own, node]);

  /** The first that answers; that others do not is said elsewhere. */
  async function viewFromNode(of: readonly string[], family: string): Promise<DnsView | undefined> {
    const late = sleep(DNS_SECONDS * 1000 + SLACK_MS, undefined, { ref: false });
    const look = async (): Promise<DnsView | undefined> => {
      for (const address of addresses) {
        const view = await enter(address)
          .then((session) => session.read(askNameServers(of, isIPv6(family))))
          .then(
            ({ stdout }) => nodeView(address, of, stdout),
            () => undefined,
          );
        if (view !== undefined) return view;
      }
      return undefined;
    };
    return Promise.race([look(), late]);
  }
}

/** All servers are asked at once, as a node asks its own: Node's resolver goes on to none after a refusal, as other programs do. */
async function ownView(names: readonly string[], front: string, servers: readonly string[]): Promise<DnsView> {
  const resolvers = servers.map(resolverAt);
  const late = setTimeout(() => resolvers.forEach((each) => each.cancel()), DNS_SECONDS * 1000);
  const heard = await Promise.all(
    names.map((name) => Promise.all(resolvers.map((resolver) => ask(name, front, resolver)))),
  ).finally(() => clearTimeout(late));
  // What stands in where none is configured.
  const isNone = servers.join() === '127.0.0.1' && heard.flat().every(({ code }) => code === 'ECONNREFUSED');
  const answers = heard.flatMap((each) => each.toSorted((one, other) => rank(one) - rank(other)).slice(0, 1));
  return { from: OWN, servers: isNone ? [] : servers, names: answers.map(({ code: _code, ...answer }) => answer) };
}

const RANKED: readonly AskedName['answer'][] = ['addresses', 'unknown', 'refused', 'silent'];

/** An answer counts more than a refusal. */
const rank = ({ answer }: AskedName): number => RANKED.indexOf(answer);

type Answered = AskedName & { readonly code?: string };

const ANSWERS: Readonly<Record<string, AskedName['answer']>> = {
  ENOTFOUND: 'unknown',
  ENODATA: 'unknown',
  EREFUSED: 'refused',
  ESERVFAIL: 'refused',
  ENOTIMP: 'refused',
  EFORMERR: 'refused',
};

async function ask(name: string, front: string, resolver: Resolver): Promise<Answered> {
  const [same, other] = isIPv6(front) ? (['resolve6', 'resolve4'] as const) : (['resolve4', 'resolve6'] as const);
  const { addresses, code } = await addressesBy(resolver[same](name));
  if (addresses.length > 0) return { name, answer: 'addresses', addresses };
  const answer = ANSWERS[code] ?? 'silent';
  if (answer !== 'unknown') return { name, answer, addresses, code };
  const [others, aliases] = await Promise.all([
    addressesBy(resolver[other](name)),
    addressesBy(resolver.resolveCname(name)),
  ]);
  const [alias] = aliases.addresses;
  return { name, answer, addresses, others: others.addresses, ...(alias === undefined ? {} : { alias }), code };
}

/** An alias of a name without addresses is answered with none, and without an error. */
async function addressesBy(asked: Promise<string[]>): Promise<{ readonly addresses: string[]; readonly code: string }> {
  try {
    return { addresses: await asked, code: 'ENODATA' };
  } catch (error) {
    return { addresses: [], code: error instanceof Error && 'code' in error ? String(error.code) : '' };
  }
}
