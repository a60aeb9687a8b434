import { join } from 'node:path';
import type { JobTexts, RenderAnswer, RenderInput } from '../../../rendering/sandbox/dry-render-protocol.ts';
import { renderInstances } from '../../../rendering/sandbox/dry-renderer.ts';
import { createRubies } from '../../../rendering/sandbox/rubies.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Ruby starts in half a second, but the machine may be busy with other tests. */
export const PATIENT = { timeout: 180_000 };

/** All but the first go on from the memory that it leaves, as in an engine. */
export const snapshotFile = join(temporaryFolder(), 'ruby');

/** The job `server` with these templates, by the names of their targets. */
export const server = (templates: Readonly<Record<string, string>>): JobTexts => ({
  'job.MF': JSON.stringify({
    name: 'server',
    templates: Object.fromEntries(Object.keys(templates).map((name) => [`${name}.erb`, name])),
  }),
  ...Object.fromEntries(Object.entries(templates).map(([name, text]) => [`templates/${name}.erb`, text])),
});

export const input = (address = '10.0.0.1', index = 0): RenderInput => ({
  manifest: {
    name: 'cf',
    releases: [],
    networks: [{ name: 'default', type: 'manual' }],
    jobs: [
      {
        name: 'web',
        release: 'cf',
        template: ['server'],
        instances: 1,
        networks: [{ name: 'default', static_ips: [address] }],
        properties: {},
      },
    ],
    properties: { password: 'hidden' },
  },
  instance: 'web',
  index,
  address,
});

export const render = (
  templates: Readonly<Record<string, string>>,
  inputs: readonly RenderInput[] = [input()],
  { memoryMiB, deadlineMs }: { readonly memoryMiB?: number; readonly deadlineMs?: number } = {},
): Promise<RenderAnswer[]> => {
  const rubies = createRubies({ snapshotFile, ...(memoryMiB === undefined ? {} : { memoryMiB }) });
  return renderInstances({ server: server(templates) }, inputs, {
    rubies,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
};

export const messagesOf = (answer: RenderAnswer | undefined): Record<string, string> =>
  Object.fromEntries(
    (answer !== undefined && 'failures' in answer ? answer.failures : []).map(({ template, message }) => [
      template.replace('.erb', ''),
      message,
    ]),
  );
