/** As much of markdown-it as the rules here use; VitePress bundles it without its types. */
export interface Token {
  type: string;
  tag: string;
  content: string;
  info: string;
  block: boolean;
  hidden: boolean;
  map: [number, number] | null;
  children: Token[] | null;
  meta: unknown;
  attrGet(name: string): string | null;
  attrSet(name: string, value: string): void;
}

export interface PageEnv {
  relativePath?: string;
  frontmatter?: { notebook?: string; fence?: string; search?: boolean };
  /** Equations that have their anchor already. */
  equations?: Set<string>;
}

export interface State {
  env: PageEnv;
  tokens: Token[];
  src: string;
  Token: new (type: string, tag: string, nesting: number) => Token;
}

type Rule = (tokens: Token[], index: number, options: unknown, env: PageEnv, self: Renderer) => string;
// biome-ignore lint/complexity/noBannedTypes: rules of several shapes are only passed through
type AnyRule = Function;

export interface Renderer {
  rules: Record<string, Rule | undefined>;
  renderToken(tokens: Token[], index: number, options: unknown): string;
}

export interface Ruler {
  __rules__: { name: string; fn: AnyRule; alt: string[] }[];
  at(name: string, rule: AnyRule, options?: { alt: string[] }): void;
  push(name: string, rule: (state: State) => void): void;
  before(other: string, name: string, rule: (state: State) => void): void;
}

export interface Markdown {
  options: { highlight?: ((code: string, language: string, attributes: string) => string) | null };
  core: { ruler: Ruler };
  block: { ruler: Ruler };
  inline: { ruler: Ruler };
  renderer: Renderer;
  utils: { escapeHtml(text: string): string };
  use(plugin: AnyRule, options?: unknown): Markdown;
  render(text: string, env: PageEnv): string;
}
