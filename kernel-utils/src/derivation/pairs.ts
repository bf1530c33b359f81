/** What runs over pairs of replies: expectations over them, and who is preferred to whom. */
import { CourseError } from "../errors";
import { add, multiply, sumOver } from "./arithmetic";
import { orderedPairs, type Scene } from "./scene";
import { replyAxis } from "./symbols";
import type { Term } from "./term";
import { scalar, sliceAt, stack, type Value } from "./value";

type Evaluate = (term: Term, scene: Scene) => Value;

/** Axes of a preference: who wins, and over whom. */
export const [winnerAxis, loserAxis] = ["winner", "loser"];

const repliesIn = (scene: Scene): number => scene.sizes.get(replyAxis) ?? 0;

/** The names of the reply that won and of the one that lost: the first two picks. */
function pairOf(scene: Scene, name: string): readonly [string, string] {
  const [winner, loser] = scene.picks.keys();
  if (loser !== undefined) return [winner, loser];
  throw new CourseError("derivation", `${name} runs over pairs of replies; give the derivation two picks, ["w", "l"]`);
}

function withPair(scene: Scene, name: string, w: number, l: number): Scene {
  const [winner, loser] = pairOf(scene, name);
  return { ...scene, picks: new Map([...scene.picks, [winner, w], [loser, l]]) };
}

/** Σ D(w, l) f over all pairs of different replies: the picks are set to each pair in turn. */
export function overPairs(weights: Value, f: Term, scene: Scene, evaluate: Evaluate): Value {
  return orderedPairs(repliesIn(scene))
    .map(([w, l], i) => multiply(sliceAt(weights, "pair", i), evaluate(f, withPair(scene, "E(D, …)", w, l))))
    .reduce(add);
}

/** Σ p(w) q(l) f over two independent draws, w = l included. */
export function overDraws(p: Value, q: Value, f: Term, scene: Scene, evaluate: Evaluate): Value {
  let total = scalar(0);
  for (let w = 0; w < repliesIn(scene); w++) {
    for (let l = 0; l < repliesIn(scene); l++) {
      const weight = multiply(sliceAt(p, replyAxis, w), sliceAt(q, replyAxis, l));
      total = add(total, multiply(weight, evaluate(f, withPair(scene, "E(p, q, …)", w, l))));
    }
  }
  return total;
}

/** For each reply y, the sum of D · f over the pairs that y wins (`role` 0) or loses (`role` 1). */
export function overRole(role: 0 | 1, weights: Value, f: Term, scene: Scene, evaluate: Evaluate): Value {
  const name = role === 0 ? "wins" : "losses";
  const pairs = orderedPairs(repliesIn(scene));
  const sums = Array.from({ length: repliesIn(scene) }, (_, y) =>
    pairs
      .flatMap(([w, l], i) =>
        (role === 0 ? w : l) === y
          ? [multiply(sliceAt(weights, "pair", i), evaluate(f, withPair(scene, name, w, l)))]
          : [],
      )
      .reduce(add),
  );
  return stack(sums, replyAxis);
}

/** P(w ≻ l) for one pair. */
export const preferenceAt = (preference: Value, w: number, l: number): Value =>
  sliceAt(sliceAt(preference, winnerAxis, w), loserAxis, l);

/** Σ_{y'} q(y') P(y ≻ y'), for each reply y. */
export function beats(preference: Value, q: Value, scene: Scene): Value {
  const rows = Array.from({ length: repliesIn(scene) }, (_, y) => {
    const against = { ...sliceAt(preference, winnerAxis, y), axes: [replyAxis] };
    return sumOver(multiply(q, against), replyAxis);
  });
  return stack(rows, replyAxis);
}
