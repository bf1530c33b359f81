/** `## Words {#anchor}`: the anchor of a heading, where a page's maker chose it. */
import type { Markdown } from "./types";

const given = /\s*\{#([\w-]+)\}\s*$/;

export function headingIds(md: Markdown): void {
  md.core.ruler.before("anchor", "align_heading_ids", ({ tokens, env }) => {
    if (env.frontmatter?.notebook !== undefined) return;
    tokens.forEach((token, i) => {
      const inline = tokens[i + 1];
      const found = token.type === "heading_open" ? given.exec(inline.content) : null;
      if (!found) return;
      token.attrSet("id", found[1]);
      inline.content = inline.content.replace(given, "");
      const last = inline.children?.at(-1);
      if (last) last.content = last.content.replace(given, "");
    });
  });
}
