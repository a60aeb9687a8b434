import { COMPONENTS } from './components.ts';

const MINIMUM = 8;

/** Words that programs print anyway, so that masking them everywhere would hide what happens. */
const COMMON: readonly string[] = [
  ...COMPONENTS,
  'password',
  'passphrase',
  'cloudfoundry',
  'administrator',
  'postgres',
  'deployment',
  'deployment-engine',
  'localhost',
  'temporal',
  'debian-12',
];

/** Whether a secret is easily guessed and appears in logs by chance: short, digits in a row, a common word. */
export function isWeakSecret(value: string): boolean {
  const lower = value.toLowerCase();
  return [...value].length < MINIMUM || COMMON.includes(lower) || '01234567890'.includes(lower);
}
