export { markTerms } from "./markTerms";
export { glossaryPage } from "./page";
export type { GlossaryTerm } from "./term";
export { glossary } from "./terms";
