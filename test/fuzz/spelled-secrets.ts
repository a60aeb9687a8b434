/** Names of what a text gives away: each secret as it is, and as JSON, base64, URLs, hexadecimal digits and HTML write it. */
export function secretsIn(text: string | Buffer, secrets: Readonly<Record<string, string>>): string[] {
  const all = typeof text === 'string' ? text : text.toString('utf8');
  return Object.entries(secrets).flatMap(([name, secret]) =>
    Object.entries(spellings(secret))
      .filter(([, spelling]) => all.includes(spelling))
      .map(([how]) => `${name} (${how})`),
  );
}

function spellings(secret: string): Record<string, string> {
  const bytes = Buffer.from(secret);
  return {
    'as it is': secret,
    json: JSON.stringify(secret).slice(1, -1),
    base64: withoutEnd(bytes.toString('base64')),
    'base64 of URLs': withoutEnd(bytes.toString('base64url')),
    'in a URL': encodeURIComponent(secret),
    'in a form': new URLSearchParams({ x: secret }).toString().slice(2),
    hexadecimal: bytes.toString('hex'),
    html: secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
  };
}

/** What follows a secret changes the last characters. */
const withoutEnd = (base64: string): string => base64.replace(/=+$/, '').slice(0, -1);
