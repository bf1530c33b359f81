import { modelTerms } from "./models";
import { policyTerms } from "./policies";
import { preferenceTerms } from "./preferences";
import type { GlossaryTerm } from "./term";

/** All terms, by the alphabet. */
export const glossary = (): readonly GlossaryTerm[] =>
  [...modelTerms, ...preferenceTerms, ...policyTerms].sort((a, b) =>
    a.term.localeCompare(b.term, "en", { sensitivity: "base" }),
  );
