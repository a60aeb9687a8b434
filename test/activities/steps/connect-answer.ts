export const answer = (values: Record<string, string | undefined> = {}): string =>
  Object.entries({ system: 'debian-12', hasRunner: 'yes', owner: 'engine-a', ...values })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
