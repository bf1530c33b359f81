/** What happens on a page beyond its static HTML. */
import { copyEquationLinks } from "./equations";
import { drawPlots } from "./plots";
import { reachScrollable } from "./scrollable";

/** @returns what undoes it all */
export function enliven(page: HTMLElement): () => void {
  const undo = [copyEquationLinks(page), drawPlots(page), reachScrollable(page)];
  return () => {
    for (const one of undo) one();
  };
}
