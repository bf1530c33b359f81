/** The ranges of the entries, from which the calculator's controls are made, are those the objectives hold to. */
import { oracle, oracleEntry, oracleNames } from "../../kernel-utils/src/objectives";
import { aboutObjective } from "../../kernel-utils/src/objectives/oracle/about";
import type { Range } from "../../kernel-utils/src/objectives/oracle/entry";

const cases = oracleNames.flatMap((name) =>
  Object.entries(oracleEntry(name).options).flatMap(([option, { range }]) => (range ? [{ name, option, range }] : [])),
);

/** Options without which another one is not looked at. */
const needed: Record<string, Record<string, unknown>> = {
  inputClamp: { estimator: "k1" },
  discopopTau: { variant: "discopop" },
  ddof: { whiten: true },
  maxLength: { aggregation: "fixed-length" },
  horizon: { steps: 1 }, // an update must be shorter than five horizons
};

function ask(name: string, option: string, value: number): () => unknown {
  const { example, optionalInputs = {} } = aboutObjective(name);
  const { oneOf = [] } = oracleEntry(name);
  const inputs = oneOf.length > 0 ? example.inputs : { ...example.inputs, ...optionalInputs };
  const known = oracleEntry(name).options;
  const company = Object.fromEntries(Object.entries(needed[option] ?? {}).filter(([key]) => key in known));
  return () => oracle({ name, inputs, options: { ...example.options, ...company, [option]: value } });
}

const inside = ({ from, above, to, below, whole }: Range): number[] => {
  const low = from ?? above ?? 0;
  const high = to ?? below ?? low + 2;
  if (whole) return [low, ...(to === undefined ? [low + 1] : [to])];
  return [...(from === undefined ? [] : [from]), low + (high - low) / 3, ...(to === undefined ? [] : [to])];
};
const outside = ({ from, above, to, below, whole }: Range): number[] => [
  ...(from === undefined ? [] : [from - 1e-6]),
  ...(above === undefined ? [] : [above, above - 1]),
  ...(to === undefined ? [] : [to + 1e-6]),
  ...(below === undefined ? [] : [below, below + 1]),
  ...(whole ? [(from ?? 0) + 0.5] : []),
];

const bounded = cases.filter(({ range }) => outside(range).length > 0);

it.each(bounded)("$name takes $option inside its range", ({ name, option, range }) => {
  for (const value of inside(range)) expect(ask(name, option, value)).not.toThrow();
});

it.each(bounded)("$name refuses $option outside its range, and says so", ({ name, option, range }) => {
  for (const value of outside(range)) expect(ask(name, option, value)).toThrow(new RegExp(`${option} is `));
});
