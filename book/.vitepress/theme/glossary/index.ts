/** Registers <GlossaryTerm>; the page's Markdown makes them of links to the glossary (glossaryLinks.ts). */
import type { App } from "vue";
import GlossaryTerm from "./GlossaryTerm.vue";

export const registerGlossary = (app: App): void => {
  app.component("GlossaryTerm", GlossaryTerm);
};
