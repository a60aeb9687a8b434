/** The first so many and how many more there are; all of them where only one would be left out. */
export const firstOf = (parts: readonly string[], most: number, separator = ', '): string =>
  parts.length <= most + 1
    ? parts.join(separator)
    : `${parts.slice(0, most).join(separator)} and ${parts.length - most} more`;
