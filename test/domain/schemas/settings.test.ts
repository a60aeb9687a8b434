import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { optionOf, parseSettings, unknownSettings } from '../../../domain/schemas/settings.ts';
import { SETTINGS } from '../../../domain/schemas/settings-table.ts';
import { inEnglish } from '../../../domain/text/text.ts';

describe('parseSettings', () => {
  it('has a default for everything that needs a value', () => {
    expect(parseSettings({})).toMatchObject({
      listen: { host: '127.0.0.1', port: 50000 },
      dataDir: './data',
      cacheDir: '/var/cache/deployment-engine',
      cluster: 'cf',
      patience: 900_000,
      selfRetry: 600_000,
      selfRetryMax: 21_600_000,
      startDeadline: 180_000,
      passwordWindow: 60_000,
      maxInFlight: 50,
      temporalPort: 7233,
      names: [],
      origins: [],
    });
  });

  it('keeps the cache in the home folder of a person', () => {
    expect(parseSettings({ HOME: '/home/ana' }).cacheDir).toBe('/home/ana/.cache/deployment-engine');
    expect(parseSettings({ HOME: '/home/ana', DEPLOYMENT_ENGINE_CACHE_DIR: '/c' }).cacheDir).toBe('/c');
  });

  it('takes an empty variable as absent', () => {
    const settings = parseSettings({ DEPLOYMENT_ENGINE_PATIENCE: '', DATABASE_URL: '' });
    expect(settings.patience).toBe(900_000);
    expect(settings.databaseUrl).toBeUndefined();
  });

  it.each([
    ['DEPLOYMENT_ENGINE_LISTEN', '[::1]:80', 'listen', { host: '::1', port: 80 }],
    ['DEPLOYMENT_ENGINE_PATIENCE', '1.5s', 'patience', 1500],
    ['DEPLOYMENT_ENGINE_LANGUAGE', 'zh', 'language', 'zh'],
    ['DEPLOYMENT_ENGINE_LOG_RETENTION', '3650d', 'logRetention', 315_360_000_000],
    ['DEPLOYMENT_ENGINE_DATABASE_TIMEOUT', '1s', 'databaseTimeout', 1_000],
    ['DEPLOYMENT_ENGINE_DATABASE_TIMEOUT', '24h', 'databaseTimeout', 86_400_000],
    ['DEPLOYMENT_ENGINE_PASSWORD_WINDOW', '30m', 'passwordWindow', 1_800_000],
    [
      'DEPLOYMENT_ENGINE_PROXIES',
      '10.0.0.5, 2001:DB8:0::5, 10.244.0.0/16',
      'proxies',
      ['10.0.0.5', '2001:db8::5', '10.244.0.0/16'],
    ],
    ['DEPLOYMENT_ENGINE_NAMES', 'a.example, b.example', 'names', ['a.example', 'b.example']],
    ['TEMPORAL_ADDRESS', 'temporal:7233', 'temporalAddress', { host: 'temporal', port: 7233 }],
  ] as const)('reads %s=%s', (variable, text, name, value) => {
    expect(parseSettings({ [variable]: text })[name]).toEqual(value);
  });

  it('names every wrong variable at once', () => {
    const env = {
      DEPLOYMENT_ENGINE_LISTEN: 'nowhere',
      DEPLOYMENT_ENGINE_PATIENCE: '15',
      DEPLOYMENT_ENGINE_CLUSTER: 'a/b',
      DEPLOYMENT_ENGINE_MAX_IN_FLIGHT: '0',
      DEPLOYMENT_ENGINE_TEMPORAL_PORT: '70000',
      DEPLOYMENT_ENGINE_ORIGINS: 'portal.example',
      DEPLOYMENT_ENGINE_AUTH: 'none',
      DEPLOYMENT_ENGINE_LANGUAGE: 'fr',
      DEPLOYMENT_ENGINE_PROXIES: '10.0.0.0/64',
    };
    for (const variable of Object.keys(env)) expect(() => parseSettings(env)).toThrow(variable);
  });

  it.each(['3651d', '999999999d', `${'9'.repeat(30)}d`])('takes no time of %s', (text) => {
    expect(() => parseSettings({ DEPLOYMENT_ENGINE_LOG_RETENTION: text })).toThrow('is longer than 3650d');
  });

  it.each(['0s', '999ms', '25h', '30d'])('does not let a statement of PostgreSQL take %s', (text) => {
    expect(() => parseSettings({ DEPLOYMENT_ENGINE_DATABASE_TIMEOUT: text })).toThrow(
      `DEPLOYMENT_ENGINE_DATABASE_TIMEOUT: "${text}" is not a duration from 1s to 1d`,
    );
  });

  it('refuses a listener other machines reach, unless told that this is known', () => {
    const env = { DEPLOYMENT_ENGINE_LISTEN: '0.0.0.0:50000' };
    expect(() => parseSettings(env)).toThrow('none-i-know');
    expect(parseSettings({ ...env, DEPLOYMENT_ENGINE_AUTH: 'none-i-know' }).auth).toBe('none-i-know');
  });

  it('refuses a master key that is given twice', () => {
    const env = { DEPLOYMENT_ENGINE_KEY: '0'.repeat(64), DEPLOYMENT_ENGINE_KEY_FILE: '/etc/key' };
    expect(() => parseSettings(env)).toThrow('DEPLOYMENT_ENGINE_KEY_FILE: DEPLOYMENT_ENGINE_KEY is set too');
  });
});

describe('the settings table', () => {
  it('gives every setting an option of its own', () => {
    const options = Object.values(SETTINGS).map(optionOf);
    expect(options).toContain('--data-dir');
    expect(options).toContain('--temporal-address');
    expect(new Set(options).size).toBe(options.length);
  });

  it('knows the settings that the test nodes name', () => {
    const help = readFileSync(new URL('../../../sample/nodes/nodes.sh', import.meta.url), 'utf8');
    const named = help.match(/^ +DEPLOYMENT_ENGINE_\w+/gm) ?? [];
    expect(named.map((each) => each.trim())).toContain('DEPLOYMENT_ENGINE_NODES_DIR');
    expect(unknownSettings(Object.fromEntries(named.map((each) => [each.trim(), '/x'])))).toEqual([]);
  });

  it('names the setting that a misspelt variable was meant to be', () => {
    const env = { DEPLOYMENT_ENGINE_PATIENT: '1m', DEPLOYMENT_ENGINE_LISTEN: 'x', PATH: '/bin' };
    expect(unknownSettings(env).map(inEnglish)).toEqual([
      'DEPLOYMENT_ENGINE_PATIENT is not a setting and has no effect; did you mean DEPLOYMENT_ENGINE_PATIENCE?',
    ]);
  });
});
