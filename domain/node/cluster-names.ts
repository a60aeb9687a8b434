import { joined } from '../text/joined.ts';
import { type Phrase, phrase, type Text } from '../text/text.ts';
import type { DnsRecord, Finding } from './preflight.ts';

/** How long name servers are waited for, in seconds. */
export const DNS_SECONDS = 3;

/** What name servers say of one name. */
export interface AskedName {
  readonly name: string;
  /** `unknown`: there is no such name, or none of that kind; `refused`: they answer, but not this; `silent`: they do not answer. */
  readonly answer: 'addresses' | 'unknown' | 'refused' | 'silent';
  /** Of haproxy's family. */
  readonly addresses: readonly string[];
  /** Of the other family, asked for where there are none of the right one. */
  readonly others?: readonly string[];
  /** The name that it is an alias of, asked for where it leads nowhere. */
  readonly alias?: string;
}

/** The names of a cluster as one machine's name servers know them, hosts files aside. */
export interface DnsView {
  /** The control machine, or a node's address. */
  readonly from: Text;
  /** None: nobody could be asked. */
  readonly servers: readonly string[];
  readonly names: readonly AskedName[];
}

/** The record that leads people to the cluster, as BIND and dnsmasq want it. */
export const recordOf = (domain: string, front: string): { readonly record: string; readonly dnsmasq: string } => ({
  record: `*.${domain}. IN ${front.includes(':') ? 'AAAA' : 'A'} ${front}`,
  dnsmasq: `address=/${domain}/${front}`,
});

/**
 * Whether every machine that was asked finds haproxy, and what is to be said where it does not. A node without name servers has
 * its hosts file, so only the control machine is told of that.
 */
export function judgeNames(
  { domain, front }: { readonly domain: string; readonly front: string },
  [own, ...others]: readonly [DnsView, ...DnsView[]],
): { readonly dns: DnsRecord; readonly findings: readonly Finding[] } {
  const told = recordOf(domain, front);
  const views = [own, ...others.filter(({ servers }) => servers.length > 0)];
  const wrong = views.flatMap((view) => {
    const what = whatIsWrong(view, front);
    return what === undefined ? [] : [{ view, what }];
  });
  return {
    dns: { ...told, servers: own.servers, isThere: wrong.length === 0 },
    findings: wrong.map(({ view: { servers }, what }): Finding => ({
      check: 'dns',
      where: `name servers ${servers.join(', ') || '(none)'}`,
      severity: 'slows',
      what,
      remedy: phrase('add the record {record} to the zone (BIND), or {dnsmasq} (dnsmasq)', told),
    })),
  };
}

function whatIsWrong({ from, servers, names }: DnsView, front: string): Phrase | undefined {
  if (servers.length === 0)
    return phrase('{from} has no name server to ask: whether people find the cluster by its names is not known', {
      from,
    });
  const wrong = names.flatMap((each) => wrongAnswer(each, front) ?? []);
  if (wrong.length === 0) return undefined;
  return phrase(
    'asked from {from}, {answers}; people find the cluster only where its names lead to haproxy at {front}',
    {
      from,
      answers: joined(wrong),
      front,
    },
  );
}

function wrongAnswer({ name, answer, addresses, others = [], alias }: AskedName, front: string): Text | undefined {
  switch (answer) {
    case 'addresses': {
      const foreign = addresses.filter((address) => address !== front);
      if (foreign.length === 0) return undefined;
      return foreign.length === addresses.length
        ? phrase('{name} leads to {addresses}', { name, addresses: foreign })
        : phrase('{name} also leads to {addresses}, where half of them would land', { name, addresses: foreign });
    }
    case 'unknown':
      if (others.length > 0)
        return phrase('{name} has addresses of the other kind alone ({addresses})', { name, addresses: others });
      return alias === undefined
        ? phrase('{name} is not known', { name })
        : phrase('{name} is another name of {alias}, which is not known', { name, alias });
    case 'refused':
      return phrase('the name servers refuse to say where {name} leads', { name });
    case 'silent':
      return phrase('no name server says within {seconds} s where {name} leads', { seconds: DNS_SECONDS, name });
  }
}
