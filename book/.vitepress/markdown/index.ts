/** Rules on top of VitePress' Markdown. */
import { math } from "./math";
import type { Markdown } from "./types";
import { untrusted } from "./untrusted";

export function configureMarkdown(given: object): void {
  const md = given as Markdown;
  math(md);
  untrusted(md);
}
