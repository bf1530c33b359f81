/**
 * A notebook's prose is text, not template: no HTML beyond a few plain pairs of tags, no mustaches, no includes. HTML that
 * the page's maker wrote stands in fences named after the notebook's hash, which its own cells cannot know.
 */
import type { Markdown, PageEnv, State, Token } from "./types";

const isNotebook = (env: PageEnv | undefined): boolean => env?.frontmatter?.notebook !== undefined;

/** Rules of markdown-it and VitePress that a notebook's prose must not reach. */
const forbidden = { block: ["html_block", "snippet"], inline: [] as string[] };

/** Tags that may stand in prose, without attributes and in pairs. */
const plain = new Set(["small", "sub", "sup", "kbd", "b", "i", "em", "strong", "br"]);

export function untrusted(md: Markdown): void {
  for (const name of forbidden.block) forNotebooks(md, name);
  md.core.ruler.push("align_inline_html", ({ env, tokens }: State) => {
    if (!isNotebook(env)) return;
    for (const { children } of tokens) if (children) keepPlainPairs(children);
  });
  mustachesAsText(md);
  ownHtml(md);
}

/** Switches a block rule off on chapters; `component`, VitePress' own for Vue tags, stands under html_block's name. */
function forNotebooks(md: Markdown, name: string): void {
  const found = md.block.ruler.__rules__.find((rule) => rule.name === name);
  if (found === undefined) return;
  const { fn, alt } = found;
  const guarded = (state: State, ...rest: unknown[]): boolean => !isNotebook(state.env) && fn(state, ...rest);
  md.block.ruler.at(name, guarded, { alt });
}

function keepPlainPairs(children: Token[]): void {
  const open: { name: string; token: Token }[] = [];
  const refuse = (token: Token): void => {
    token.type = "text";
  };
  for (const token of children) {
    if (token.type !== "html_inline") continue;
    const [, slash, name = ""] = /^<(\/?)([a-z]+)\s*\/?>$/.exec(token.content) ?? [];
    if (!plain.has(name)) refuse(token);
    else if (name === "br") token.content = "<br>";
    else if (!slash) open.push({ name, token });
    else if (open.at(-1)?.name === name) open.pop();
    else refuse(token);
  }
  for (const { token } of open) refuse(token);
}

/** `{{` in text, on any page: Vue would take it for an expression. Entities are decoded after it has looked. */
function mustachesAsText(md: Markdown): void {
  const text = md.renderer.rules.text;
  md.renderer.rules.text = (...given) => {
    const [tokens, index] = given;
    const html = text ? text(...given) : md.utils.escapeHtml(tokens[index].content);
    return html.replaceAll("{", "&#123;");
  };
}

/** Our own HTML, as it is. */
function ownHtml(md: Markdown): void {
  const fence = md.renderer.rules.fence;
  md.renderer.rules.fence = (...given) => {
    const [tokens, index, , env] = given;
    const { info, content } = tokens[index];
    const own = env.frontmatter?.fence;
    return own !== undefined && info.trim() === own ? content : (fence?.(...given) ?? "");
  };
}
