/** Text for HTML that Vue compiles later. */
import { escapeHtml } from "../escapeHtml";

export { escapeHtml };

const vueEntities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "{": "&#123;" };

/** Text between tags or in double quotes where Vue compiles what stands there: no `{{` opens an expression. */
export const escapeVue = (text: string): string => text.replace(/[&<>"{]/g, (character) => vueEntities[character]);

/** Text that may hold entities already: those stay, everything that could open a tag does not. */
export const escapeText = (text: string): string =>
  text
    .replace(/&(?!#?\w+;)/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;");

/** Terminal colours and movements, which a kernel's tracebacks carry, mean nothing on a page. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
export const withoutAnsi = (text: string): string => text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, "");

/** The part of an anchor that a name makes: `dpo.5` gives `dpo-5`. */
export const slug = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");

/** Where an equation of a page is found. */
export const equationId = (name: string): string => `eq-${slug(name)}`;
