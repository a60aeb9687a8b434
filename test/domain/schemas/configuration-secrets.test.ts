import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../domain/schemas/configuration.ts';
import { readJson } from '../../../domain/schemas/strict-json.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { DOCUMENT } from '../document-example.ts';
import { problemsOf, withComponents, withProperties } from './configuration-problems.ts';

describe('the length of a secret', () => {
  it.each([
    ['abc', 'must have at least 4 characters: fewer cannot be hidden in logs'],
    ['', 'must have at least 4 characters: fewer cannot be hidden in logs'],
    ['p'.repeat(1001), 'must have at most 1000 characters'],
    ['p'.repeat(100_000), 'must have at most 1000 characters'],
    [123, 'must have at least 4 characters: fewer cannot be hidden in logs'],
  ])('%j is refused', (root, message) => {
    expect(problemsOf(withProperties({ root }))).toEqual([`/properties/root: ${inEnglish(message)}`]);
  });

  it.each(['abcd', 'ä€😀x', 'p'.repeat(1000), '😀'.repeat(1000), 1234])('%j is accepted', (root) => {
    expect(problemsOf(withProperties({ root }))).toEqual([]);
  });

  it('is warned of where no system keeps it', () => {
    const { warnings } = parseConfiguration(withProperties({ password: 'ä'.repeat(256), root: 'p'.repeat(511) }));
    expect(warnings).toEqual([
      { pointer: '/properties/password', message: expect.stringContaining('has 512 bytes') as string },
    ]);
  });
});

describe('numbers as texts', () => {
  const problems = (properties: string): string[] => {
    const { disksize: _size, root: _root, domain: _domain, ...others } = DOCUMENT.properties;
    const text = JSON.stringify({ ...DOCUMENT, properties: others }).replace(
      '"properties":{',
      `"properties":{${properties},`,
    );
    const { value, respelled } = readJson(text, 'InvalidConfiguration');
    return problemsOf(value, { respelled });
  };
  const QUOTE = 'put it in quotes: as a number it is not the text that was typed';

  it.each([
    ['"Root":12345678901234567890,"disksize":1,"domain":"x"', [`/properties/Root: ${QUOTE}`]],
    ['"root":1e6,"domain":1.50,"disksize":1', [`/properties/domain: ${QUOTE}`, `/properties/root: ${QUOTE}`]],
    ['"root":123456.0,"disksize":15.0,"domain":"x"', [`/properties/root: ${QUOTE}`]],
    ['"root":-0,"disksize":1e1,"domain":"x"', [`/properties/root: ${QUOTE}`]],
    ['"root":9007199254740991,"disksize":1,"domain":"x"', []],
    ['"root":12345.5,"disksize":15.50,"domain":"x"', []],
  ])('%s', (properties, expected) => {
    expect(
      problems(properties).filter((problem) => !problem.includes('DNS name') && !problem.includes('at least 4')),
    ).toEqual(expected);
  });
});

describe('masked secrets', () => {
  const masked = withProperties({ password: '********', root: '********' });

  it('keep their stored value', () => {
    const { configuration: previous } = parseConfiguration(DOCUMENT);
    const { configuration, document } = parseConfiguration(masked, { previous });
    expect(configuration.properties.password.reveal()).toBe('password');
    expect(configuration.properties.rootPassword.reveal()).toBe('123456');
    expect(document).toEqual(masked);
  });

  it('are refused when nothing is stored', () => {
    expect(problemsOf(masked)).toEqual([
      '/properties/password: is masked, but no earlier configuration holds its value',
      '/properties/root: is masked, but no earlier configuration holds its value',
    ]);
  });
});

describe('the password of external nats', () => {
  const attached = (external: object) => ({ ...withComponents({ dea: ['10.0.0.1'] }), external });

  it('is a secret that a mask keeps', () => {
    const sent = attached({ nats: ['10.9.9.9'], nats_password: 'of-the-other-cluster' });
    const { configuration: previous, document, warnings } = parseConfiguration(sent);
    expect(previous.external.natsPassword?.reveal()).toBe('of-the-other-cluster');
    expect(document).toEqual(expect.objectContaining({ external: { nats: ['10.9.9.9'], nats_password: '********' } }));
    expect(JSON.stringify(previous)).not.toContain('of-the-other-cluster');
    expect(warnings.map(({ pointer }) => pointer)).not.toContain('/external/nats');
    expect(parseConfiguration(document, { previous }).configuration.external.natsPassword?.reveal()).toBe(
      'of-the-other-cluster',
    );
  });

  it('is asked for by a warning', () => {
    const { warnings } = parseConfiguration(attached({ nats: ['10.9.9.9'] }));
    expect(warnings).toContainEqual({ pointer: '/external/nats', message: expect.stringContaining('nats_password') });
  });

  it('is refused without their addresses, as a mask of nothing, and as a number', () => {
    expect(problemsOf(attached({ nats_password: 'of-nobody' }))).toEqual([
      '/external/nats_password: goes with addresses in external nats',
    ]);
    expect(problemsOf(attached({ nats: ['10.9.9.9'], nats_password: '********' }))).toEqual([
      '/external/nats_password: is masked, but no earlier configuration holds its value',
    ]);
    expect(problemsOf(attached({ nats: ['10.9.9.9'], nats_password: 'abc' }))).toEqual([
      '/external/nats_password: must have at least 4 characters: fewer cannot be hidden in logs',
    ]);
  });
});
