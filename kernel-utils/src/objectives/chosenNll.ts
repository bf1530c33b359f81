import type { Arithmetic } from "./arithmetic/arithmetic";
import { checkSameShape } from "./checks";

/**
 * The negative log-likelihood of the chosen replies beside a preference term: [B], or one number [] for the batch, which
 * then counts for every example alike. Which tokens it runs over, and whether it is a mean, is the caller's choice:
 * libraries differ on both.
 */
export function nllPerExample<A>(m: Arithmetic<A>, objective: string, chosenNll: A, like: A): A {
  if (m.shapeOf(chosenNll).length === 0) return m.spread(chosenNll, m.shapeOf(like));
  checkSameShape(objective, { policy: like, chosenNll }, m.shapeOf, "[B], one entry per example; chosenNll may be []");
  return chosenNll;
}
