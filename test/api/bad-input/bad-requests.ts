/** A request that no state of the cluster makes right, and the problem that its answer names among others. */
export interface BadRequest {
  readonly what: string;
  /** `PUT /restart`; a query, if any, is part of it. */
  readonly route: string;
  /** Default: none. */
  readonly body?: string;
  readonly pointer: string;
  readonly message: RegExp;
  /** It can only be judged where there is a cluster. */
  readonly needsCluster?: boolean;
}

type Words = Omit<BadRequest, 'route' | 'body'> & { readonly words: Readonly<Record<string, string>> };

const SELECTIONS: readonly Words[] = [
  { what: 'nothing', words: {}, pointer: '', message: /says nothing/ },
  { what: 'both names of a component', words: { name: 'nats', Comp: 'nats' }, pointer: '/Comp', message: /only one/ },
  { what: 'both spellings', words: { ip: '10.10.101.182', Ip: '10.10.101.182' }, pointer: '/Ip', message: /only one/ },
  { what: 'all at an address', words: { name: 'all', ip: '10.10.101.182' }, pointer: '/ip', message: /whole cluster/ },
  { what: 'a component everywhere', words: { name: 'nats', ip: '0.0.0.0' }, pointer: '/ip', message: /leave ip out/ },
  { what: 'an unknown component', words: { name: 'natts' }, pointer: '/name', message: /did you mean nats\?/ },
  { what: 'an unknown key', words: { nane: 'nats' }, pointer: '/nane', message: /did you mean name\?/ },
  { what: 'no address', words: { ip: '10.10.101' }, pointer: '/ip', message: /IPv4 or IPv6/ },
  {
    what: 'a wrong pair',
    words: { name: 'haproxy', ip: '10.10.101.182' },
    pointer: '/ip',
    message: /it lives on 10\.10\.101\.181/,
    needsCluster: true,
  },
  {
    what: 'an address in no component',
    words: { ip: '10.10.101.180' },
    pointer: '/ip',
    message: /no component lives on 10\.10\.101\.180; did you mean 10\.10\.101\.18[123]\?/,
    needsCluster: true,
  },
  {
    what: 'a component that the cluster has not',
    words: { name: 'uaa' },
    pointer: '/name',
    message: /has no uaa/,
    needsCluster: true,
  },
];

const operations = ['PUT /restart', 'GET /restart', 'PUT /stop', 'GET /stop', 'GET /hardware'];

const selections = operations.flatMap((route) =>
  SELECTIONS.flatMap(({ words, ...request }): BadRequest[] => [
    { ...request, route, body: JSON.stringify(words) },
    { ...request, route: `${route}?${new URLSearchParams(words)}` },
  ]),
);

const broken = [...operations, 'POST /config', 'POST /plan', 'POST /preflight', 'POST /runs/2/resolve'].flatMap(
  (route): BadRequest[] => [
    { what: 'broken JSON', route, body: '{"name":', pointer: '/name', message: /expected a value/ },
    { what: 'no object', route, body: '["nats"]', pointer: '', message: /object/ },
    { what: 'a key twice', route, body: '{"name":"nats","name":"nats"}', pointer: '/name', message: /twice|duplicate/ },
  ],
);

const candidates = ['POST /config', 'POST /plan', 'POST /preflight'].flatMap((route): BadRequest[] => [
  {
    what: 'an unknown component',
    route,
    body: '{"components":{"natts":[]}}',
    pointer: '/components/natts',
    message: /did you mean nats\?/,
  },
  {
    what: 'both names of uaa',
    route,
    body: '{"components":{"uaa":[],"uua":[]}}',
    pointer: '/components/uua',
    message: /only one/,
  },
  {
    what: 'a component everywhere',
    route,
    body: '{"components":{"nats":["0.0.0.0"]}}',
    pointer: '/components/nats/0',
    message: /no address of a machine/,
  },
]);

const others: readonly BadRequest[] = [
  { what: 'nothing', route: 'POST /runs/2/resolve', body: '{}', pointer: '/action', message: /./ },
  { what: 'no action', route: 'POST /runs/2/resolve', body: '{"action":"skipp"}', pointer: '/action', message: /skip/ },
  { what: 'an unknown key', route: 'POST /runs/2/cancel?force=1', pointer: '/force', message: /takes no input/ },
  { what: 'nothing', route: 'POST /config', pointer: '', message: /./ },
  { what: 'nothing', route: 'POST /preflight', pointer: '', message: /./ },
  { what: 'an unknown key', route: 'GET /deploy?dryrun=1', pointer: '/dryrun', message: /did you mean dry-run\?/ },
  { what: 'an unknown key', route: 'GET /status?name=nats', pointer: '/name', message: /takes no input/ },
];

export const BAD_REQUESTS: readonly BadRequest[] = [...selections, ...broken, ...candidates, ...others];
