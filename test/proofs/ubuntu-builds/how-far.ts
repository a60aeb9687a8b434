/** How far one source archive came. */
export interface Part {
  readonly file: string;
  /** One that is run by ruby is neither configured nor compiled. */
  readonly reached: 'unpacked' | 'configured' | 'compiled' | 'installed';
}

/** How far a build came. */
export interface Progress {
  readonly parts: readonly Part[];
  /** What the compiler or the linker said first where it ended; undefined where it did not. */
  readonly stopped: string | undefined;
}

/** Reads what the build of a profile prints; `hasEnded` is whether it failed. */
export function howFar(output: string, hasEnded: boolean): Progress {
  const sections = output.split(/^building (\S+) from source$/m).slice(1);
  const parts = sections.flatMap((file, index): Part[] => {
    if (index % 2 === 1) return [];
    const isLast = index + 2 >= sections.length;
    return [{ file, reached: isLast && hasEnded ? lastStage(sections[index + 1] ?? '') : 'installed' }];
  });
  return { parts, stopped: hasEnded ? complaint(sections.at(-1) ?? output) : undefined };
}

function lastStage(text: string): Part['reached'] {
  if (/^installed$/m.test(text)) return 'installed';
  if (/^compiled$/m.test(text)) return 'compiled';
  return /^configured$/m.test(text) ? 'configured' : 'unpacked';
}

/** The first line with an error, else the last one. */
function complaint(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => /\berror\b|\bundefined reference\b|cannot find/i.test(line)) ?? lines.at(-1) ?? '';
}

/** For people. */
export const inWords = ({ parts, stopped }: Progress): string =>
  [
    ...parts.map(({ file, reached }) => `${file} ${reached}`),
    ...(stopped === undefined ? [] : [`ended there: ${stopped}`]),
  ].join('; ');
