import { oracleEntry } from "../oracle";
import type { About } from "./about";
import { groupAbouts } from "./groups";
import { preferenceAbouts } from "./preference";
import { reinforcementAbouts } from "./reinforcement";
import { supervisedAbouts } from "./supervised";

export {
  type About,
  at,
  type Example,
  type Formula,
  flat,
  type Initial,
  type PlainFormula,
  type SymbolOf,
} from "./about";

export { commandFor } from "./command";

const abouts: Record<string, About> = {
  ...supervisedAbouts,
  ...preferenceAbouts,
  ...reinforcementAbouts,
  ...groupAbouts,
};

/** What is said of an objective; refuses a name as {@link oracleEntry} does. */
export function aboutObjective(name: string): About {
  oracleEntry(name);
  return abouts[name];
}
