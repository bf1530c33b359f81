import { Random } from "../tensor/random";
import type { Verdict } from "./compare";
import { OutOfDomain } from "./functions";
import { drawScene, type Scene } from "./scene";
import type { SymbolTable } from "./symbols";

/** Decides a line in one scene. */
export type Judge = (scene: Scene, random: Random) => Verdict;

export interface Counterexample {
  scene: Scene;
  left: string;
  right: string;
}

export interface Survey {
  holds: boolean;
  /** Draws that could be decided, and draws that float64 could not. */
  draws: number;
  unresolved: number;
  /** Largest relative residual over the draws. */
  residual: number;
  counterexample?: Counterexample;
}

const wantedDraws = 96;
const fewestDraws = 64;
const attempts = 8 * wantedDraws;

/** Draws scenes until enough are decided or one breaks the line. The same `seed` gives the same scenes. */
export function survey(symbols: SymbolTable, picks: readonly string[], seed: string, judge: Judge): Survey {
  const random = new Random(seed);
  const result: Survey = { holds: true, draws: 0, unresolved: 0, residual: 0 };
  for (let index = 0; index < attempts && result.draws < wantedDraws; index++) {
    const scene = drawScene(symbols, picks, random.fork(`draw ${index}`), index);
    const verdict = guarded(judge, scene, random.fork(`judge ${index}`));
    if (verdict.kind === "unresolved") {
      result.unresolved++;
      continue;
    }
    result.draws++;
    result.residual = Math.max(result.residual, verdict.residual);
    if (verdict.kind === "breaks") {
      const { left, right } = verdict;
      return { ...result, holds: false, counterexample: { scene, left, right } };
    }
  }
  return { ...result, holds: result.draws >= fewestDraws };
}

function guarded(judge: Judge, scene: Scene, random: Random): Verdict {
  try {
    return judge(scene, random);
  } catch (thrown) {
    if (!(thrown instanceof OutOfDomain)) throw thrown;
    return { kind: "breaks", left: thrown.message, right: "a number", residual: Number.POSITIVE_INFINITY };
  }
}
