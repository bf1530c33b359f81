/** What `require("tslab")` gives a cell: the interface of tslab's own module, without loading its compiler. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { display as publisher } from "./display";

const types = {
  javascript: "text/javascript",
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
  text: "text/plain",
};
type Content = string | Uint8Array;
type Display = Record<keyof typeof types, (content: Content) => void> & { raw(type: string, content: Content): void };

function createDisplay(displayId?: string): Display {
  let update = false;
  const raw = (type: string, content: Content): void => {
    publisher.publish({ [type]: content }, { displayId, update });
    update = displayId !== undefined;
  };
  const methods = Object.entries(types).map(([name, type]) => [name, (content: Content) => raw(type, content)]);
  return { ...Object.fromEntries(methods), raw } as Display;
}

const versionOf = (name: string): string =>
  JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")).version;

export const tslab = {
  display: createDisplay(),
  newDisplay: (): Display => createDisplay(randomBytes(8).toString("hex")),
  get versions() {
    return { tslab: versionOf("tslab"), typescript: versionOf("typescript"), node: process.version };
  },
};
