import { describe, expect, it } from 'vitest';
import { isCurrent, mayResume } from '../../../mirror/serve/validators.ts';

const FILE = { etag: '"7-100-5"', modified: new Date('2024-05-01T10:00:00.700Z') };
const SAME = 'Wed, 01 May 2024 10:00:00 GMT';
const BEFORE = 'Wed, 01 May 2024 09:59:59 GMT';

describe("a client's copy", () => {
  it.each([
    [{ 'if-none-match': FILE.etag }, true],
    [{ 'if-none-match': `"other", W/${FILE.etag}` }, true],
    [{ 'if-none-match': '"other"', 'if-modified-since': SAME }, false],
    [{ 'if-modified-since': SAME }, true],
    [{ 'if-modified-since': BEFORE }, false],
    [{ 'if-modified-since': 'yesterday' }, false],
    [{}, false],
  ])('%j is current: %s', (headers, current) => {
    expect(isCurrent(headers, FILE)).toBe(current);
  });

  it.each([
    [{}, true],
    [{ 'if-range': FILE.etag }, true],
    [{ 'if-range': SAME }, true],
    [{ 'if-range': BEFORE }, false],
    [{ 'if-range': '"other"' }, false],
  ])('%j may be continued: %s', (headers, resumable) => {
    expect(mayResume(headers, FILE)).toBe(resumable);
  });
});
