/** A random request to the oracle for a formula: what its symbols read, and what the objective needs beside. */
import { oracleEntry } from "../../../objectives";
import { aboutObjective, type Example, type Formula, type SymbolOf } from "../../../objectives/oracle/about";
import type { FieldSpec } from "../../../objectives/oracle/fields";
import type { Random } from "../../../tensor/random";

/** @param used names of the symbols the formula depends on */
export function drawRequest(name: string, formula: Formula, used: ReadonlySet<string>, random: Random): Example {
  const { symbols } = aboutObjective(name);
  const { inputs, together = [] } = oracleEntry(name);
  const read = new Set(Object.values(symbols).flatMap((of) => ("input" in of ? [of.input] : [])));
  const company = new Set(together.filter((group) => group.some((field) => read.has(field))).flat());
  const wanted = Object.keys(inputs).filter(
    (field) => !inputs[field].optional || read.has(field) || company.has(field),
  );
  const draw = (field: string) => drawField(field, inputs[field], read.has(field), formula, random);
  return {
    inputs: Object.fromEntries(wanted.map((field) => [field, draw(field)])),
    options: { ...drawOptions(name, symbols, used, random), ...formula.when },
  };
}

function drawOptions(
  name: string,
  symbols: Record<string, SymbolOf>,
  used: ReadonlySet<string>,
  random: Random,
): Record<string, number> {
  const { options } = oracleEntry(name);
  const drawn = Object.entries(symbols).flatMap(([symbol, of]): [string, number][] => {
    const needed =
      used.has(symbol) || ("option" in of && options[of.option].default === undefined && isRequired(of, name));
    if (!("option" in of) || !needed) return [];
    const value = of.from * (of.to / of.from) ** random.uniform();
    return [[of.option, options[of.option].range?.whole ? Math.round(value) : value]];
  });
  return Object.fromEntries(drawn);
}

/** Options without a default that the example gives have to be given. */
const isRequired = ({ option }: { option: string }, name: string): boolean =>
  option in (aboutObjective(name).example.options ?? {});

type Nested = number | boolean | Nested[];

function drawField(
  field: string,
  spec: FieldSpec,
  isRead: boolean,
  { fill = {}, sizes = {} }: Formula,
  random: Random,
) {
  const lengths = spec.axes.map((axis) => sizes[axis] ?? 3);
  if (/Probs$/.test(field)) return simplex(lengths[0], random);
  const entry = (): number | boolean => fill[field] ?? drawEntry(field, spec, isRead, sizes, random);
  const nested = (depth: number): Nested =>
    depth === lengths.length ? entry() : Array.from({ length: lengths[depth] }, () => nested(depth + 1));
  return nested(0);
}

function drawEntry(
  field: string,
  spec: FieldSpec,
  isRead: boolean,
  sizes: Record<string, number>,
  random: Random,
): number | boolean {
  if (field === "labels") return random.integer(sizes.V ?? 2);
  switch (spec.entries) {
    case "boolean":
      return random.uniform() < 0.5;
    case "binary":
      return isRead && random.uniform() < 0.3 ? 0 : 1; // what no formula speaks of is counted
    case "count":
      return 1 + random.integer(9);
    case "nullable":
      return random.integer(3);
    default:
      return drawNumber(field, random);
  }
}

/** Log-probs are negative, a measured KL positive, rewards and values either. */
function drawNumber(field: string, random: Random): number {
  if (/logps$/i.test(field)) return -0.05 - 3 * random.uniform();
  if (/Kl$/.test(field)) return 10 * random.uniform();
  return 1.5 * random.normal();
}

function simplex(size: number, random: Random): number[] {
  const weights = Array.from({ length: size }, () => Math.exp(random.normal()));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
