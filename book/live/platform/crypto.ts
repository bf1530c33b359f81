/** `node:crypto`: SHA-256 and identifiers, which is all that the library asks of it in a page. */
import { Buffer } from "buffer";
import { sha256 } from "./sha256";

class Hash {
  private readonly parts: Uint8Array[] = [];

  update(part: string | Uint8Array): this {
    this.parts.push(typeof part === "string" ? new TextEncoder().encode(part) : part);
    return this;
  }

  digest(): Buffer;
  digest(encoding: "hex" | "base64"): string;
  digest(encoding?: "hex" | "base64"): string | Buffer {
    const digest = Buffer.from(sha256(Buffer.concat(this.parts)));
    return encoding ? digest.toString(encoding) : digest;
  }
}

export function createHash(algorithm: string): Hash {
  if (algorithm === "sha256") return new Hash();
  throw new Error(`createHash: ${algorithm} is not available in a page, only sha256`);
}

export const randomBytes = (count: number): Buffer => Buffer.from(crypto.getRandomValues(new Uint8Array(count)));

/** As version 4 of RFC 9562, section 5.4; the browser's own is missing where the page came over plain http. */
export function randomUUID(): string {
  const bytes = randomBytes(16);
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export default { createHash, randomBytes, randomUUID };
