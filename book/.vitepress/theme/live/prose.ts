/** Markdown with formulas, as cells show it; loaded when the first cell does. */
import katexPlugin from "@vscode/markdown-it-katex";
import katex from "katex";
import MarkdownIt from "markdown-it";

const markdown = new MarkdownIt({ html: true });
const plugin = katexPlugin as unknown as { default?: typeof katexPlugin } & typeof katexPlugin;
markdown.use(plugin.default ?? plugin, { katex, enableBareBlocks: true, throwOnError: false });

export const renderProse = (text: string): string => markdown.render(text);
