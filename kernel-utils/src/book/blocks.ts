/**
 * A page under construction: prose in Markdown, and HTML of our own between it. On the page our HTML stands in fenced
 * blocks whose name holds a hash of the notebook, so that nothing inside the notebook can pass for it; in prose, tags and
 * mustaches are text (book/.vitepress/markdown).
 */
import { createHash } from "node:crypto";

export interface Block {
  kind: "markdown" | "html";
  text: string;
  /** The cell it comes from: what an error message names. */
  cell?: string;
}

export const html = (text: string, cell?: string): Block => ({ kind: "html", text, cell });
export const markdown = (text: string, cell?: string): Block => ({ kind: "markdown", text, cell });

/** Names the fences of one page; only who knows the whole notebook could write it into the notebook. */
export const fenceName = (notebook: string): string =>
  `html-${createHash("sha256").update(notebook).digest("hex").slice(0, 16)}`;

/** A fence longer than any inside it. */
export function fenced(info: string, text: string, mark: "`" | "~" = "~"): string {
  const runs = [...text.matchAll(mark === "~" ? /~{3,}/g : /`{3,}/g)].map(([run]) => run.length);
  const fence = mark.repeat(Math.max(3, ...runs.map((length) => length + 1)));
  return `${fence}${info}\n${text}\n${fence}`;
}

export interface PageText {
  text: string;
  /** Where cells begin: lines of what follows the front matter, from 1, as the site's generator counts them. */
  cells: { line: number; cell: string }[];
}

/** @param frontMatter with the blank line after it */
export function pageText(frontMatter: string, blocks: readonly Block[], fence: string): PageText {
  const cells: PageText["cells"] = [];
  let text = frontMatter;
  let line = 2;
  for (const block of blocks) {
    if (block.cell !== undefined && cells.at(-1)?.cell !== block.cell) cells.push({ line, cell: block.cell });
    const piece = `${block.kind === "html" ? fenced(fence, block.text) : block.text}\n\n`;
    text += piece;
    line += piece.split("\n").length - 1;
  }
  return { text, cells };
}

/** The cell that a line of the page comes from. */
export const cellAt = ({ cells }: Pick<PageText, "cells">, line: number): string | undefined =>
  cells.filter((start) => start.line <= line).at(-1)?.cell;
