import { expect, it } from 'vitest';
import { standInSecrets } from '../../cluster/secrets/stand-in-secrets.ts';
import type { Configuration } from '../../domain/configuration.ts';
import { InputError } from '../../domain/errors.ts';
import { v170 } from '../../domain/versions/v170.ts';
import { createJudge } from '../../rendering/judge-cluster.ts';
import { configurationWith, instancesIn } from '../domain/document-example.ts';
import { releaseJob } from '../domain/release-job.ts';

const release = {
  name: 'cf',
  version: '170',
  jobs: {
    gorouter: releaseJob('gorouter', 'nats.machines'),
    haproxy: releaseJob('haproxy', 'router.servers.z1'),
    uaa: releaseJob('uaa'),
  },
  packages: {},
};

const cluster = (components: Partial<Configuration['components']>) => {
  const configuration = configurationWith(components);
  return {
    configuration,
    instances: instancesIn(configuration),
    release,
    version: v170,
    secrets: standInSecrets(v170),
    texts: async () => ({}),
  };
};
const SMALL = { haproxy: ['10.0.0.1'], gorouter: ['10.0.0.2'], uaa: ['10.0.0.3'] };

/** A judge that notes which instances it renders. */
function noting(refuse: () => void = () => {}) {
  const rendered: string[][] = [];
  const judge = createJudge(async (_cluster, wanted) => {
    rendered.push(wanted.map(({ instance }) => instance.id).toSorted());
    refuse();
    return [];
  });
  return { judge, rendered };
}

it('renders only the instances that see a change', async () => {
  const { judge, rendered } = noting();
  await judge(cluster(SMALL));
  await judge(cluster(SMALL));
  await judge(cluster({ ...SMALL, gorouter: ['10.0.0.2', '10.0.0.4'] }));
  await judge(cluster({ ...SMALL, uaa: ['10.0.0.5'] }));
  expect(rendered).toEqual([['gorouter/0', 'haproxy/0', 'uaa/0'], ['gorouter/1', 'haproxy/0'], ['uaa/0']]);
});

it('gives what only nodes can tell of the instances that it has rendered before', async () => {
  const warning = { job: 'uaa', template: 'ctl.erb', line: 3, property: null, message: 'runs a command' };
  const judge = createJudge(async (_cluster, wanted) =>
    wanted.map((each) => ({
      ...each,
      spec: {},
      jobs: {},
      monit: {},
      warnings: each.instance.component === 'uaa' ? [warning] : [],
    })),
  );
  for (const _ of [1, 2])
    expect(await judge(cluster(SMALL))).toEqual([
      { pointer: '/jobs/uaa/templates/ctl.erb', message: 'line 3: runs a command (uaa/0)' },
    ]);
});

it('renders again what it found wrong, with all that was to be rendered with it', async () => {
  const { judge, rendered } = noting(() => {
    throw new InputError('TemplateError', [{ pointer: '/jobs/uaa/monit', message: 'is wrong' }]);
  });
  for (const _ of [1, 2]) await expect(judge(cluster(SMALL))).rejects.toMatchObject({ code: 'TemplateError' });
  expect(rendered[1]).toEqual(rendered[0]);
});

it('refuses a name that monit would be given twice on a node, also for an instance that was rendered before', async () => {
  const entry = (name: string): string => `check process ${name} with pidfile /x\n`;
  const judge = createJudge(async (_cluster, wanted) =>
    wanted.map((each) => ({
      ...each,
      spec: {},
      jobs: {},
      monit: { [each.instance.component]: entry(each.instance.component === 'haproxy' ? 'front' : 'agent') },
      warnings: [],
    })),
  );
  const apart = { haproxy: ['10.0.0.1'], gorouter: ['10.0.0.1'], uaa: ['10.0.0.2'] };
  expect(await judge(cluster(apart))).toEqual([]);
  await expect(judge(cluster({ ...apart, uaa: ['10.0.0.1'] }))).rejects.toMatchObject({
    code: 'InvalidConfiguration',
    problems: [
      {
        pointer: expect.stringMatching(/^\/components\/(uaa|gorouter)$/),
        message: expect.stringMatching(/^monit on 10\.0\.0\.1 takes the name agent once, but .*uaa\/0 \(job uaa\)/),
      },
    ],
  });
});
