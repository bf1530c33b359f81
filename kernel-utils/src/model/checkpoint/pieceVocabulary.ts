import { CourseError } from "../../errors";

/** The pieces of a llama2.c tokenizer file, for turning ids back into text. */
export class PieceVocabulary {
  readonly bosId = 1;

  constructor(readonly pieces: readonly Buffer[]) {}

  /** File: int32 longest piece, then per piece float32 score, int32 byte length, bytes. */
  static read(bytes: Buffer, size: number, file: string): PieceVocabulary {
    const pieces: Buffer[] = [];
    let offset = 4;
    while (pieces.length < size) {
      const start = offset + 8;
      const end = start <= bytes.length ? start + bytes.readInt32LE(offset + 4) : Number.POSITIVE_INFINITY;
      if (end > bytes.length) {
        throw new CourseError("bad-file", `${file}: ends at piece ${pieces.length} of ${size}; copy it again`);
      }
      pieces.push(bytes.subarray(start, end));
      offset = end;
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

  private bytesOf(id: number, afterBos: boolean): Buffer {
    const piece = this.pieces[id];
    const text = piece.toString("latin1");
    const byte = /^<0x([0-9A-F]{2})>$/.exec(text);
    if (byte) return Buffer.from([Number.parseInt(byte[1], 16)]);
    return afterBos && text.startsWith(" ") ? piece.subarray(1) : piece;
  }
}
