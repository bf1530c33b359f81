import { createHash } from "node:crypto";
import { codeDigest } from "./codeDigest";

/** A short hash of the code that trains and of `request`; a cached model is used only where it is equal. */
export const fingerprint = (request: Record<string, unknown>): string =>
  createHash("sha256").update(JSON.stringify(request)).update(codeDigest()).digest("hex").slice(0, 16);
