import { byteSize } from '../../domain/byte-size.ts';
import { protocolError } from '../node-errors.ts';

/** Bytes of an answer; a look at a node with fifty instances has a hundredth, the newest lines of its logs two thirds. */
const MOST = 16 * 1024 ** 2;

/** A node that never comes to an end takes no more of our memory. Throws `NodeProtocolError`. */
export function refuseLongAnswer(bytes: number, node: string, title: string): void {
  if (bytes > MOST) throw protocolError(node, title, `its answer has more than ${byteSize(MOST)}`);
}
