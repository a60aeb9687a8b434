import { describe, expect, it } from 'vitest';
import { cfLite160, cfLite170, cfLite194 } from '../../../domain/versions/cf-lite.ts';
import { v160 } from '../../../domain/versions/v160.ts';
import { v170 } from '../../../domain/versions/v170.ts';
import { v194 } from '../../../domain/versions/v194.ts';
import { versionOf } from '../../../domain/versions/versions.ts';

describe('versionOf', () => {
  it.each([
    ['cf', '160', v160],
    ['cf', '170', v170],
    ['cf', '194', v194],
    ['cf', '170.1-dev', v170],
    ['cf-lite', '160', cfLite160],
    ['cf-lite', '170', cfLite170],
    ['cf-lite', '194', cfLite194],
    ['cf-lite', '170+dev.3', cfLite170],
  ])('knows %s %s', (name, version, known) => {
    expect(versionOf({ name, version })).toBe(known);
  });

  it.each([
    ['cf', '17'],
    ['cf', '1700'],
    ['diego', '170'],
  ])('names the known versions when asked for %s %s', (name, version) => {
    expect(() => versionOf({ name, version })).toThrow(/knows cf 160, cf 170, cf 194, .*docs\/adding-a-release.md/);
  });
});
