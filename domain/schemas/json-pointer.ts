/** RFC 6901: the place of a value in a document; the empty pointer is the whole document. */
export const jsonPointer = (path: readonly (string | number | symbol)[]): string =>
  path.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
