import { createHash } from 'node:crypto';

/** Of all that a stream gives, in hexadecimal. */
export async function sha256Of(stream: AsyncIterable<Buffer | string>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
