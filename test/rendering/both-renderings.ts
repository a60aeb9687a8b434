import { execFileSync } from 'node:child_process';
import path from 'node:path';
import type { FileContent, JobTexts, RenderAnswer, RenderInput } from '../../rendering/sandbox/dry-render-protocol.ts';
import { renderInstances } from '../../rendering/sandbox/dry-renderer.ts';
import { createRubies } from '../../rendering/sandbox/rubies.ts';
import { snapshotFile } from './sandbox/dry-server.ts';

export interface Seen {
  /** What the job's file `out` becomes. */
  readonly out?: FileContent | undefined;
  readonly warnings: readonly string[];
  readonly refusals: readonly string[];
}

/** Renders each job, which has the name `nameOf` its position, by itself: dry, and as nise-bosh does on this machine. */
export async function renderByBoth(
  jobs: readonly JobTexts[],
  properties: RenderInput['manifest']['properties'],
): Promise<{ readonly dry: readonly Seen[]; readonly node: readonly Seen[] }> {
  const node = renderOnNode(jobs, properties);
  const answers = await renderInstances(
    Object.fromEntries(jobs.map((job, position) => [nameOf(position), job])),
    jobs.map((_, position) => inputOf(position, properties)),
    { rubies: createRubies({ snapshotFile }) },
  );
  return { dry: answers.map(seenOf), node };
}

export const nameOf = (position: number): string => `job_${position}`;

const inputOf = (position: number, properties: RenderInput['manifest']['properties']): RenderInput => ({
  manifest: {
    name: 'cf',
    releases: [],
    networks: [{ name: 'default', type: 'manual' }],
    jobs: [
      {
        name: 'web',
        release: 'cf',
        template: [nameOf(position)],
        instances: 1,
        networks: [{ name: 'default', static_ips: ['10.0.0.1'] }],
        properties: {},
      },
    ],
    properties,
  },
  instance: 'web',
  index: 0,
  address: '10.0.0.1',
});

const RENDERING = path.join(import.meta.dirname, '../../node/nise_bosh/lib/nise_bosh/rendering.rb');

/** Each line of standard input as nise-bosh renders it. */
const AS_ON_A_NODE = `
  require ARGV.first
  $stdin.each_line do |line|
    name, files, input = JSON.parse(line)
    texts = files.map { |path, text| [path, text.is_a?(Hash) ? text['base64'].unpack('m').first : text] }
    manifest = NiseBosh::Manifest.new(input['manifest'])
    answer = begin
      jobs = [NiseBosh::JobDefinition.new(Hash[texts], name)]
      spec = NiseBosh::InstanceSpec.build(manifest, 'web', jobs, :index => 0, :address => '10.0.0.1')
      out = NiseBosh::Renderer.render_all(jobs, spec).values.first['out'].to_s
      { 'out' => out.dup.force_encoding('UTF-8').valid_encoding? ? out : { 'base64' => [out].pack('m0') } }
    rescue NiseBosh::TemplateErrors => error
      { 'refusals' => error.failures.map { |failure| "line #{failure.line}: #{failure.message}" } }
    end
    puts JSON.generate(answer)
  end`;

/** As nise-bosh does where `ruby` is the command of ruby. Default: this machine's. */
export function renderOnNode(
  jobs: readonly JobTexts[],
  properties: RenderInput['manifest']['properties'],
  ruby: readonly [string, ...string[]] = ['ruby'],
): Seen[] {
  const lines = jobs.map((job, position) => JSON.stringify([nameOf(position), job, inputOf(position, properties)]));
  const [program, ...words] = ruby;
  const output = execFileSync(program, [...words, '-W0', '-EUTF-8', '-e', AS_ON_A_NODE, RENDERING], {
    input: `${lines.join('\n')}\n`,
    encoding: 'utf8',
  });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => ({ warnings: [], refusals: [], ...(JSON.parse(line) as Partial<Seen>) }));
}

const sentence = ({ line, message }: { readonly line: number | null; readonly message: string }): string =>
  `line ${line ?? ''}: ${message}`;

function seenOf(answer: RenderAnswer): Seen {
  if ('error' in answer) return { warnings: [], refusals: [answer.error] };
  if ('failures' in answer) return { warnings: [], refusals: answer.failures.map(sentence) };
  return { out: Object.values(answer.jobs)[0]?.['out'], warnings: answer.warnings.map(sentence), refusals: [] };
}
