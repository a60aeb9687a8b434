/** A line of /proc/mounts. */
export interface Mount {
  readonly point: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Reads /proc/mounts; blanks in names are written as `\040` there. */
export const mountsIn = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [, point, type, options] = line.split(' ');
    if (point === undefined || type === undefined || options === undefined) return [];
    const name = point.replaceAll(/\\(\d{3})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 8)));
    return [{ point: name, type, options: options.split(',') }];
  });

/** What holds a path: the longest mount point above it, and of several at one point the last. */
export const mountOf = (path: string, mounts: readonly Mount[]): Mount | undefined =>
  mounts
    .filter(({ point }) => point === '/' || path === point || path.startsWith(`${point}/`))
    .reduce<Mount | undefined>(
      (best, mount) => (best === undefined || mount.point.length >= best.point.length ? mount : best),
      undefined,
    );
