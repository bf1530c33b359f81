/** Rules on top of VitePress' Markdown. */
import { codeColours } from "./codeColours";
import { math } from "./math";
import type { Markdown } from "./types";
import { untrusted } from "./untrusted";

export function configureMarkdown(given: object): void {
  const md = given as Markdown;
  codeColours(md);
  math(md);
  untrusted(md);
}
