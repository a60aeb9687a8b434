import { randomBytes } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { isIPv6 } from 'node:net';
import { finding } from '../../domain/node/judge-surroundings.ts';
import type { DnsRecord, Finding } from '../../domain/node/preflight.ts';

const TIMEOUT_MS = 2_000;

interface Looked {
  readonly dns: DnsRecord;
  readonly findings: readonly Finding[];
}

/**
 * Asks the configured name servers for `api.<domain>` and a name that nobody has thought of: hosts files would not show whether
 * people's browsers find the cluster.
 */
export async function lookUpRecord(
  domain: string,
  front: string,
  resolver: Pick<Resolver, 'resolve4' | 'resolve6' | 'getServers'> = new Resolver({ timeout: TIMEOUT_MS, tries: 1 }),
): Promise<Looked> {
  const names = [`api.${domain}`, `any-${randomBytes(4).toString('hex')}.${domain}`];
  const answers = await Promise.all(names.map((name) => addressesOf(name)));
  const servers = resolver.getServers();
  const record = `*.${domain}. IN ${isIPv6(front) ? 'AAAA' : 'A'} ${front}`;
  const wrong = answers.filter(({ addresses }) => !addresses.includes(front));
  const dns = { record, servers, isThere: wrong.length === 0 };
  if (dns.isThere) return { dns, findings: [] };
  const what = wrong.map(
    ({ name, addresses, why }) => `${name} leads to ${addresses.join(', ') || `nothing (${why})`}`,
  );
  const about = finding(
    'dns',
    `name servers ${servers.join(', ') || '(none)'}`,
  )({
    severity: 'slows',
    what: `${what.join(', ')} instead of haproxy at ${front}: people will not find the cluster by its names`,
    remedy: `add the record ${record}`,
  });
  return { dns, findings: [about] };

  async function addressesOf(name: string) {
    try {
      const addresses = await (isIPv6(front) ? resolver.resolve6(name) : resolver.resolve4(name));
      return { name, addresses, why: '' };
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'no answer';
      return { name, addresses: [], why };
    }
  }
}
