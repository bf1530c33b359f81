/** What happens on a page beyond its static HTML. */
import { copyEquationLinks } from "./equations";
import { drawPlots } from "./plots";
import { reachScrollable } from "./scrollable";

/** The search button's name is "Search"; its keys are a hint for the eye, and not part of what it is called. */
function quietKeys(): void {
  for (const keys of document.querySelectorAll(".DocSearch-Button-Keys")) keys.setAttribute("aria-hidden", "true");
}

/** @returns what undoes it all */
export function enliven(page: HTMLElement): () => void {
  quietKeys();
  const undo = [copyEquationLinks(page), drawPlots(page), reachScrollable(page)];
  return () => {
    for (const one of undo) one();
  };
}
