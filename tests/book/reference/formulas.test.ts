import { checkFormula, survivingMutants } from "../../../kernel-utils/src/book/reference/objectives/checkFormula";
import { oracle, oracleEntry, oracleNames } from "../../../kernel-utils/src/objectives";
import { aboutObjective, at, type Formula, flat } from "../../../kernel-utils/src/objectives/oracle/about";

const formulas = oracleNames.flatMap((name) =>
  aboutObjective(name)
    .formulas.filter((formula): formula is Formula => "expression" in formula)
    .map((formula) => ({ name, formula, says: `${formula.left} = ${formula.expression}` })),
);

describe("the formulas of the objectives' pages", () => {
  it.each(formulas)("are what the oracle computes: $name, $says", ({ name, formula }) => {
    expect(checkFormula(name, formula).residual).toBeLessThan(1e-9);
  });

  it.each(formulas)("are refused with any classic mistake in them: $name, $says", ({ name, formula }) => {
    expect(survivingMutants(name, formula)).toEqual([]);
  });
});

describe("every objective", () => {
  it.each(oracleNames)("has an example the oracle answers: %s", (name) => {
    const { example } = aboutObjective(name);
    const grad = oracleEntry(name).differentiable.length > 0 && "logps" in example.inputs;
    expect(() => oracle({ name, ...example, grad })).not.toThrow();
  });

  it.each(oracleNames)("has values for every input that may be added: %s", (name) => {
    const { example, optionalInputs = {} } = aboutObjective(name);
    const given = { ...example.inputs, ...optionalInputs };
    const { inputs, oneOf = [] } = oracleEntry(name);
    expect(Object.keys(inputs).filter((field) => !(field in given) && !oneOf.includes(field))).toEqual([]);
    expect(() => oracle({ name, inputs: given, options: example.options })).not.toThrow();
  });

  it.each(oracleNames)("starts where its page says: %s", (name) => {
    const { example, initial = [] } = aboutObjective(name);
    for (const { copy = {}, options, holds } of initial) {
      const copied = Object.entries(copy).map(([to, from]) => [to, example.inputs[from]]);
      const inputs = { ...example.inputs, ...Object.fromEntries(copied) };
      const answer = oracle({ name, inputs, options: options ?? example.options });
      for (const [path, [, value]] of Object.entries(holds)) {
        for (const entry of flat(at(answer, path))) expect(entry).toBeCloseTo(value, 12);
      }
    }
  });
});
