/** Rules on top of VitePress' Markdown. */
import { glossaryLinks } from "../theme/glossary/glossaryLinks";
import { codeColours } from "./codeColours";
import { headingIds } from "./headingIds";
import { math } from "./math";
import type { Markdown } from "./types";
import { untrusted } from "./untrusted";

/** @param citations works that the bibliography lists */
export const configureMarkdown =
  (citations: readonly string[]) =>
  (given: object): void => {
    const md = given as Markdown;
    codeColours(md);
    headingIds(md);
    math(md, new Set(citations));
    untrusted(md);
    glossaryLinks(md);
  };
