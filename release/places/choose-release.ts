import path from 'node:path';

/** `cf-170.yml`, `cf-170.1-dev.yml`, `cf-170+dev.1.yml`; not `index.yml`, which lists all of them. */
const NAMED = /^.+?-(\d[\w.+-]*)\.yml$/;

const byVersion = new Intl.Collator('en', { numeric: true });

/** The release file of the preferred version, else of the highest; undefined when there is none. */
export function chooseRelease(files: readonly string[], preferred: string): string | undefined {
  const releases = files
    .flatMap((file) => {
      const version = NAMED.exec(path.basename(file))?.[1];
      return version === undefined ? [] : [{ file, version }];
    })
    .toSorted((one, other) => byVersion.compare(one.version, other.version));
  return (releases.find(({ version }) => version === preferred) ?? releases.at(-1))?.file;
}
