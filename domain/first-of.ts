/** The first few and a count of the rest; all of them where the rest is one. */
export const firstOf = (parts: readonly string[], most: number, separator = ', '): string =>
  parts.length <= most + 1
    ? parts.join(separator)
    : `${parts.slice(0, most).join(separator)} and ${parts.length - most} more`;
