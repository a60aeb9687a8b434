import { expect, it } from 'vitest';
import { parseConfiguration } from '../../../domain/schemas/configuration.ts';
import { inEnglish } from '../../../domain/text/text.ts';
import { withComponents, withProperties } from './configuration-problems.ts';

it('warns of another domain where apps are kept by it', () => {
  const previous = parseConfiguration(withComponents({ cloud_controller_ng: ['10.0.0.1'] })).configuration;
  const moved = (components: object) => {
    const { properties } = withProperties({ domain: 'other.local' }) as { properties: object };
    const { warnings } = parseConfiguration({ components, properties }, { previous });
    return warnings.filter(({ pointer }) => pointer === '/properties/domain').map(({ message }) => inEnglish(message));
  };
  expect(moved({ cloud_controller_ng: ['10.0.0.1'] })).toEqual([expect.stringContaining('pushed again')]);
  expect(moved({ nats: ['10.0.0.1'] })).toEqual([]);
});
