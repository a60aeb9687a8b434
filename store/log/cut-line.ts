import type { Masker } from '../secrets/masking.ts';

export interface CutOptions {
  readonly masker: Masker;
  /** Bytes of UTF-8 per piece, before masking; default 8 KiB. */
  readonly limit?: number;
}

export interface CutLine {
  /** Masked, each with the mark at its end. */
  readonly pieces: readonly string[];
  /** The rest of the line, not masked. */
  readonly rest: string;
}

/** Ends every piece of a line that was too long, except its last one. */
export const CUT_MARK = ' [cut]';
export const LINE_LIMIT = 8_192;

/** Cuts a line that has ended until its rest is short enough. */
export const cutEnded = (text: string, options: CutOptions): CutLine => cutWhile(() => true, text, options);

/** Cuts off the pieces that further text cannot change: all secrets in them are complete. */
export const cutSettled = (text: string, options: CutOptions): CutLine =>
  cutWhile((rest, { seen }) => rest.length >= seen, text, options);

interface Cut {
  readonly at: number;
  /** Characters that must have come to know where to cut. */
  readonly seen: number;
}

function cutWhile(isKnown: (rest: string, cut: Cut) => boolean, text: string, options: CutOptions): CutLine {
  const { masker, limit = LINE_LIMIT } = options;
  const pieces: string[] = [];
  let rest = text;
  while (isTooLong(rest, limit)) {
    const cut = nextCut(rest, masker, limit);
    if (cut.at >= rest.length || !isKnown(rest, cut)) break;
    pieces.push(masker.mask(rest.slice(0, cut.at)) + CUT_MARK);
    rest = rest.slice(cut.at);
  }
  return { pieces, rest };
}

/** The longest piece that fits and does not end inside a secret; a secret that does not fit is a piece by itself. */
function nextCut(text: string, masker: Masker, limit: number): Cut {
  const fitting = charactersWithin(text, limit - CUT_MARK.length);
  const seen = fitting + masker.longest;
  const split = masker.spans(text.slice(0, seen)).find(({ start, end }) => start < fitting && fitting < end);
  if (split === undefined) return { at: fitting, seen };
  return { at: split.start > 0 ? split.start : split.end, seen };
}

function isTooLong(text: string, limit: number): boolean {
  const most = limit - CUT_MARK.length;
  return text.length > most || (text.length * 3 > most && Buffer.byteLength(text) > most);
}

const charactersWithin = (text: string, bytes: number): number =>
  new TextEncoder().encodeInto(text.slice(0, bytes), new Uint8Array(bytes)).read;
