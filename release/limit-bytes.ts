import { Transform } from 'node:stream';

/** Passes on at most so many bytes. */
export function limitTo(total: number): Transform {
  let received = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      received += chunk.length;
      if (received > total) done(new TooLarge(`unpacks to more than ${total} bytes`));
      else done(null, chunk);
    },
  });
}

/** Thrown when an archive exceeds its limits. */
export class TooLarge extends Error {}
