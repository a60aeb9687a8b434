import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { type Header, pack } from 'tar-stream';

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

/** A tar.gz of these entries, as a node could have packed it. */
export async function artefact(...entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content = '', ...header } of entries) tar.entry(header as Header, content);
  tar.finalize();
  return gzipSync(await buffer(tar));
}
