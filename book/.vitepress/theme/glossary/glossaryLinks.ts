/**
 * Links to the glossary with a title, as markTerms writes them, become <GlossaryTerm>. A rule of the renderer: it comes
 * after whatever decides which HTML a page may hold, and after VitePress has given the address its form.
 */
interface Token {
  attrGet(name: string): string | null;
}

type Rule = (tokens: Token[], index: number, options: unknown, env: Env, self: Renderer) => string;

interface Renderer {
  rules: Record<string, Rule | undefined>;
  renderToken(tokens: Token[], index: number, options: unknown): string;
}

interface Env {
  /** Whether the link that is open is one of ours; links do not nest. */
  inGlossaryTerm?: boolean;
}

const glossary = /\/reference\/glossary(?:\.md|\.html)?#[\w-]+$/;

/** @param markdown the markdown-it that VitePress hands to its `config`, after its own rules are in place */
export function glossaryLinks(markdown: object): void {
  const { renderer } = markdown as { renderer: Renderer };
  const open = renderer.rules.link_open;
  const close = renderer.rules.link_close;
  renderer.rules.link_open = (tokens, index, options, env, self) => {
    const html = open ? open(tokens, index, options, env, self) : self.renderToken(tokens, index, options);
    env.inGlossaryTerm = tokens[index].attrGet("title") !== null && glossary.test(tokens[index].attrGet("href") ?? "");
    return env.inGlossaryTerm ? html.replace(/^<a /, "<GlossaryTerm ").replace(/ title="/, ' definition="') : html;
  };
  renderer.rules.link_close = (tokens, index, options, env, self) => {
    const html = close ? close(tokens, index, options, env, self) : self.renderToken(tokens, index, options);
    const ours = env.inGlossaryTerm;
    env.inGlossaryTerm = false;
    return ours ? "</GlossaryTerm>" : html;
  };
}
