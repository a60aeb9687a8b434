import { execFileSync } from 'node:child_process';

const RENDERING = new URL('../../../node/nise_bosh/lib/nise_bosh/rendering.rb', import.meta.url).pathname;
const ANSWER_EACH_LINE = '$stdin.each_line { |line| puts NiseBosh::DryRendering.answer(line) }';

export interface Request {
  readonly manifest?: object;
  readonly properties?: object;
  readonly declared?: object;
  readonly template?: string;
  readonly jobs?: Record<string, Record<string, string>>;
  readonly index?: number;
  readonly address?: string;
}

/**
 * Renders each template as job `server` of instance `web` through the entry that WebAssembly uses; `ruby` is the command of
 * ruby, by default this machine's.
 */
export function answers(
  requests: readonly Request[],
  preamble = '',
  [program, ...words]: readonly [string, ...string[]] = ['ruby'],
) {
  const script = `${preamble}\nrequire '${RENDERING}'\n${ANSWER_EACH_LINE}`;
  const output = execFileSync(program, [...words, '-W0', '-e', script], {
    input: requests.map((request) => JSON.stringify(dryRequest(request))).join('\n'),
    encoding: 'utf8',
    env: { ...process.env, LANG: 'C.UTF-8' },
    timeout: 120_000,
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function dryRequest({ properties = {}, declared, template = '', jobs, index = 2, address, manifest }: Request) {
  const declaration = { name: 'server', templates: { t: 'out' }, ...(declared ? { properties: declared } : {}) };
  const network = { name: 'default', static_ips: ['10.0.0.1', '10.0.0.2 - 10.0.0.4'] };
  const web = { name: 'web', template: Object.keys(jobs ?? { server: 0 }), networks: [network] };
  return {
    manifest: JSON.stringify({ name: 'My_Cloud', jobs: [web], properties, ...manifest }),
    instance: 'web',
    index,
    address,
    jobs: jobs ?? { server: { 'job.MF': JSON.stringify(declaration), 'templates/t': template } },
  };
}

export const answer = (request: Request) => answers([request])[0];

export const NESTED = { a: { b: 'value', no: false, list: [{ x: 1 }, { x: 2 }], 'with-dash': 'd' } };
