/** What the kernel says of its language, and notebooks keep in their metadata: front ends write it into a file they open. */
import { readFileSync } from "node:fs";

const pinned = (): string => JSON.parse(readFileSync(require.resolve("typescript/package.json"), "utf8")).version;

/** `language_info` of the Jupyter protocol. */
export const languageInfo = (): Record<string, string> => ({
  codemirror_mode: "typescript",
  file_extension: ".ts",
  mimetype: "text/typescript",
  name: "typescript",
  nbconvert_exporter: "script",
  pygments_lexer: "typescript",
  version: pinned(),
});
