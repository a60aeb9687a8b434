import { byteSize } from '../../domain/byte-size.ts';
import { phrase } from '../../domain/text/text.ts';
import { protocolError } from '../node-errors.ts';

/** Bytes of an answer; a look at a node with fifty instances has a hundredth, the newest lines of its logs two thirds. */
const MOST = 16 * 1024 ** 2;

/** Throws `NodeProtocolError` for a longer one, so that a broken node cannot fill our memory. */
export function refuseLongAnswer(bytes: number, node: string, title: string): void {
  if (bytes > MOST)
    throw protocolError(node, title, phrase('its answer has more than {size}', { size: byteSize(MOST) }));
}
