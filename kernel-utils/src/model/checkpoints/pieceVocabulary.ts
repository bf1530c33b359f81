import { CourseError, messageOf } from "../../errors";
import { readTokenizer, type Tokenizer } from "../../text";
import { piecesTokenizerJson, piecesTokenizerSettings } from "./piecesTokenizerJson";

/** A piece of a SentencePiece vocabulary; of two possible merges the one to the higher score comes first. */
export interface Piece {
  bytes: Buffer;
  score: number;
}

/** Bytes; real pieces have a few dozen at most. */
const longestPiece = 1000;

/** The pieces of a llama2.c tokenizer file. */
export class PieceVocabulary {
  readonly bosId = 1;

  constructor(readonly pieces: readonly Piece[]) {}

  /** File: int32 longest piece, then per piece float32 score, int32 byte length, bytes. */
  static read(bytes: Buffer, size: number, file: string): PieceVocabulary {
    const pieces: Piece[] = [];
    let offset = 4;
    while (pieces.length < size) {
      const start = offset + 8;
      const length = start <= bytes.length ? bytes.readInt32LE(offset + 4) : Number.POSITIVE_INFINITY;
      const isPossible = length >= 0 && length <= longestPiece;
      if (!isPossible || start + length > bytes.length) {
        const what = start > bytes.length || isPossible ? "ends" : `${length} bytes long`;
        throw new CourseError("bad-file", `${file}: ${what} at piece ${pieces.length} of ${size}; copy it again`);
      }
      pieces.push({ score: bytes.readFloatLE(offset), bytes: bytes.subarray(start, start + length) });
      offset = start + length;
    }
    if (offset < bytes.length) {
      const what = `${bytes.length - offset} bytes follow piece ${size}, the model's last`;
      throw new CourseError("bad-file", `${file}: ${what}; take model and vocabulary of one size`);
    }
    return new PieceVocabulary(pieces);
  }

  /** Pieces joined; `<0x0A>` stands for the byte, and the space before the first word is dropped. */
  decode(ids: Iterable<number>): string {
    let afterBos = true;
    const parts: Buffer[] = [];
    for (const id of ids) {
      if (id !== this.bosId) parts.push(this.bytesOf(id, afterBos));
      afterBos = id === this.bosId;
    }
    return Buffer.concat(parts).toString("utf8");
  }

  /** @param file names the vocabulary in errors */
  tokenizer(file: string): Tokenizer {
    try {
      return readTokenizer(piecesTokenizerJson(this.pieces), piecesTokenizerSettings);
    } catch (cause) {
      throw new CourseError("bad-file", `${file}: ${messageOf(cause)}`, { cause });
    }
  }

  private bytesOf(id: number, afterBos: boolean): Buffer {
    const piece = this.pieces[id]?.bytes;
    if (!piece) {
      const range = `0 to ${this.pieces.length - 1}`;
      throw new CourseError("bad-value", `PieceVocabulary.decode: id ${id} is not in the vocabulary; ids are ${range}`);
    }
    const text = piece.toString("latin1");
    const byte = /^<0x([0-9A-F]{2})>$/.exec(text);
    if (byte) return Buffer.from([Number.parseInt(byte[1], 16)]);
    return afterBos && text.startsWith(" ") ? piece.subarray(1) : piece;
  }
}
