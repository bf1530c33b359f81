import { figureBundle } from "./figure/figureBundle";
import type { Figure } from "./figure/figureJson";
import { displayHost } from "./host";

export type { Figure } from "./figure/figureJson";

/**
 * Shows a figure with its caption and a text alternative: interactive where scripts run, offline and in a saved notebook
 * too, else as a still picture. docs/figures.md says what it looks like and why.
 */
export function plot(figure: Figure): void {
  const { bundle, metadata } = figureBundle(figure);
  displayHost().publish(bundle, undefined, metadata);
}
