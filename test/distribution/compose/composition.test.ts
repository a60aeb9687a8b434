import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { duration } from '../../../domain/schemas/settings-values.ts';
import { parseSettings, unknownSettings } from '../../../domain/schemas/settings.ts';
import { builtProgram, COMPOSE } from '../../proofs/composition/go-programs.ts';
import { readComposition, ROOT } from './composition.ts';

const { services, secrets, configs, networks, volumes } = readComposition();
const SERVICES = Object.entries(services);
/** Those that `docker compose up` leaves running. */
const LASTING = SERVICES.filter(([name, { profiles }]) => profiles === undefined && name !== 'temporal-schema');
const OWN = SERVICES.filter(([, { image }]) => image.startsWith('deployment-engine:'));

/** How long a worker may take to end; see docs/production.md. */
const ENDS_WITHIN_MS = 10_000;

describe('the composition', () => {
  it('has every part, two gateways and two workers', () => {
    expect(SERVICES.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'postgres',
        'temporal-schema',
        'temporal',
        'temporal-ui',
        'gateway',
        'worker',
        'mirror',
        'proxy',
      ]),
    );
    expect([services['gateway']?.deploy?.replicas, services['worker']?.deploy?.replicas]).toEqual([2, 2]);
    expect(services['temporal']?.image).toMatch(/^temporalio\/server:/);
  });

  it.each(SERVICES)('pins the image of %s to one version', (_, { image }) => {
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z]+)?$/);
  });

  it('has its own image in the version of the program', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(new Set(OWN.map(([, { image }]) => image))).toEqual(new Set([`deployment-engine:${version}`]));
  });

  it.each(SERVICES)('gives %s no right that it does not need', (_, service) => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      user: expect.stringMatching(/^(?!0(:|$)|root)/) as string,
    });
  });

  // HAProxy writes nowhere. A service with a list of its own has nothing of the engine's.
  it.each(SERVICES.filter(([name]) => name !== 'proxy'))('gives %s a /tmp to write to', (_, { tmpfs = [] }) => {
    expect(tmpfs).toContainEqual(expect.stringMatching(/^\/tmp(:|$)/));
  });

  it.each(LASTING)('starts %s again and judges its health', (_, service) => {
    expect(service).toMatchObject({
      restart: 'unless-stopped',
      healthcheck: { test: expect.arrayContaining(['CMD']) as string[], start_period: expect.any(String) as string },
    });
  });

  it.each(SERVICES)('bounds the memory of %s', (_, { deploy }) => {
    expect(deploy?.resources?.limits?.memory).toMatch(/^\d+[mg]$/);
  });

  it('waits for what must be there, not only for what was started', () => {
    const awaited = SERVICES.flatMap(([name, { depends_on: needs = {} }]) =>
      Object.entries(needs).map(([other, { condition }]) => ({ name, other, condition })),
    );
    for (const { other, condition } of awaited)
      expect({ other, condition }).toEqual({
        other,
        condition: other === 'temporal-schema' ? 'service_completed_successfully' : 'service_healthy',
      });
    expect(awaited.map(({ name }) => name)).toEqual(expect.arrayContaining(['temporal', 'gateway', 'worker', 'proxy']));
    for (const { other } of awaited) expect(Object.keys(services)).toContain(other);
  });

  it.each(OWN)('gives %s longer to stop than it takes', (_, { stop_grace_period: grace = '10s' }) => {
    expect(duration.parse(grace)).toBeGreaterThan(ENDS_WITHIN_MS);
  });

  it('lets nobody but itself reach the database and Temporal', () => {
    expect(networks['inside']).toEqual({ internal: true });
    expect(SERVICES.filter(([, service]) => 'ports' in service).map(([name]) => name)).toEqual(['mirror', 'proxy']);
  });

  it.each(OWN)('sets only what the engine knows for %s', (name, { environment = {} }) => {
    expect(unknownSettings(environment)).toEqual([]);
    expect(() => parseSettings(environment), name).not.toThrow();
  });

  it.each([
    'PATIENCE',
    'SELF_RETRY',
    'SELF_RETRY_MAX',
    'START_DEADLINE',
    'PASSWORD_WINDOW',
    'MAX_IN_FLIGHT',
    'LOG_RETENTION',
    'ORIGINS',
    'DATABASE_CONNECTIONS',
    'DATABASE_TIMEOUT',
  ])('takes DEPLOYMENT_ENGINE_%s from .env', (name) => {
    const text = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
    expect(text).toContain(`DEPLOYMENT_ENGINE_${name}: \${DEPLOYMENT_ENGINE_${name}:-}`);
    for (const service of ['gateway', 'worker'])
      expect(services[service]?.environment).toHaveProperty(`DEPLOYMENT_ENGINE_${name}`);
  });

  it('names each volume that it uses', () => {
    const used = SERVICES.flatMap(([, { volumes: mounted = [] }]) => mounted.map((each) => each.split(':')[0]));
    expect(new Set(used)).toEqual(new Set(Object.keys(volumes)));
  });
});

describe('its secrets', () => {
  it('stand in no environment', () => {
    for (const [name, { environment = {} }] of SERVICES)
      for (const [variable, value] of Object.entries(environment))
        if (/PASSWORD(?!_WINDOW)|PWD|SECRET|TOKEN|_KEY|DATABASE_URL/.test(variable))
          expect({ name, variable, value }).toMatchObject({
            value: expect.stringMatching(/^\/run\/secrets\//) as string,
          });
  });

  it('are given to those that name them, and files beside them are there', () => {
    const named = SERVICES.flatMap(([, service]) => service.secrets ?? []);
    expect(new Set(named)).toEqual(new Set(Object.keys(secrets)));
    const mounted = SERVICES.flatMap(([, service]) => service.configs?.map(({ source }) => source) ?? []);
    expect(new Set(mounted)).toEqual(new Set(Object.keys(configs)));
    for (const { file } of Object.values(configs)) expect(statSync(join(ROOT, file)).isFile()).toBe(true);
  });
});

/** Docker's own plugin, or the one that the proof `composition` has built. */
function composeCommand(): readonly string[] | undefined {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    return ['docker', 'compose'];
  } catch {
    const built = builtProgram(COMPOSE);
    return built === undefined ? undefined : [built];
  }
}

const command = composeCommand();

it.skipIf(command === undefined)(
  `docker compose config${command === undefined ? ' (left out: needs docker compose, which node test/proofs/composition/go-programs.ts builds where Go is installed)' : ' takes it'}`,
  () => {
    const [program = '', ...words] = command ?? [];
    const files = ['docker-compose.yml', 'test/proofs/composition/override.yml'];
    for (const some of [files.slice(0, 1), files])
      execFileSync(
        program,
        [...words, ...some.flatMap((file) => ['-f', file]), '--profile', '*', 'config', '--quiet'],
        {
          cwd: ROOT,
        },
      );
  },
);
