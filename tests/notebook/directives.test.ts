import { nearestTo, parseDirective } from "../../kernel-utils/src/notebook/source/directives";

describe("a directive", () => {
  it.each([
    ["//| derive: dpo.5 from dpo.4", { name: "derive", line: "dpo.5", from: "dpo.4" }],
    [
      "//| exercise: dpo-loss (difficulty 2, minutes 10)",
      { name: "exercise", exercise: "dpo-loss", difficulty: 2, minutes: 10 },
    ],
    ["//| check: dpo-loss", { name: "check", exercise: "dpo-loss" }],
    ["//| solution: dpo-loss", { name: "solution", exercise: "dpo-loss" }],
    ["//| expect-error: TS2345", { name: "expect-error", code: "TS2345" }],
    ["//| expect-error: bad-shape", { name: "expect-error", code: "bad-shape" }],
    ["//| slow: 300  ", { name: "slow", seconds: 300 }],
  ])("%s is read", (line, directive) => expect(parseDirective(`${line}\ncode();`)).toEqual({ directive }));

  it("is absent from a cell of comments", () => {
    expect(parseDirective("// a | b\n/* //| check: x */\nconst or = a || b; // | tail")).toEqual({});
  });

  it.each([
    ["//| chekc: dpo-loss", 1, /unknown directive "chekc"; did you mean "check"\?/],
    ["//| Check: dpo-loss", 1, /unknown directive "Check"; did you mean "check"\?/],
    ["//| mutants: dpo-loss", 1, /unknown directive "mutants"; known are derive, exercise, check/],
    ["//|check: dpo-loss", 1, /cannot read.*write it as \/\/\| check: dpo-loss/],
    ["// | check: dpo-loss", 1, /cannot read.*write it as \/\/\| check: dpo-loss/],
    ["#| check: dpo-loss", 1, /cannot read.*write it as \/\/\| check: dpo-loss/],
    ["//| check:", 1, /cannot read/],
    ["//| exercise: dpo-loss (difficulty 6, minutes 10)", 1, /difficulty 1 to 5/],
    ["//| exercise: dpo-loss (difficulty 2, minutes 0)", 1, /cannot read/],
    ["//| exercise: dpo-loss", 1, /cannot read/],
    ["//| derive: dpo.5 from dpo.5", 1, /cannot read/],
    ["//| derive: dpo.5", 1, /write it as \/\/\| derive: dpo\.5 from dpo\.4/],
    ["//| slow: fast", 1, /in seconds/],
    ["//| slow: 100000", 1, /in seconds from 1 to 86400/],
    ["\n//| check: dpo-loss", 2, /is not on the first line of its cell/],
    ["const a = 1;\n  //| slow: 3", 2, /is not on the first line of its cell/],
    ["//| slow: 3\n//| slow: 4", 2, /"slow" is repeated; keep one/],
    ["//| slow: 3\n//| check: dpo-loss", 2, /carries one directive, and this one already has "slow"/],
  ])("%j is refused on line %i", (source, line, message) => {
    const { directive, problem } = parseDirective(source);
    expect(directive).toBeUndefined();
    expect(problem).toEqual({ line, message: expect.stringMatching(message) });
  });
});

describe("the nearest name", () => {
  it.each([
    ["solutoin", "solution"], // two substitutions away
    ["expect-eror", "expect-error"], // one insertion
    ["frobnicate", undefined],
  ])("to %s is %s", (name, nearest) => expect(nearestTo(name, ["check", "solution", "expect-error"])).toBe(nearest));
});
