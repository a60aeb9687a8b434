/** JSON on one line: readers of lines take these two for ends of line, which JSON does not escape. */
export const oneLine = (json: string): string =>
  json.replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
