/**
 * Ours against what TRL computed on the same tokens and checkpoints: tests/parity/figures.json, written by `npm run parity`,
 * which compares gradients in full; here they are compared by norm and a few entries of each parameter.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { useBackend } from "../../kernel-utils/src/tensor";

interface Case {
  name: string;
  options: Record<string, unknown>;
  family: string;
  config: Record<string, unknown>;
}
interface TheirCase {
  loss: number;
  gradients: Record<string, number[]>;
  tokenGradients?: number[][];
}
interface Figures {
  versions: Record<string, string>;
  dpoLossTypes: string[];
  cases: Record<string, TheirCase>;
}
interface Bench {
  rows: object;
}
interface Row {
  one: Case;
  differences: Record<string, number>;
  ok: boolean;
}

const { cases } = require("../../scripts/parity/cases.cjs") as { cases: Case[] };
const { compareCase, relative, tolerance } = require("../../scripts/parity/compare.cjs") as {
  compareCase: (one: Case, figures: Figures, bench: Bench) => Row;
  relative: (ours: number, theirs: number) => number;
  tolerance: number;
};
const { makeBench } = require("../../scripts/parity/ours.cjs") as { makeBench: () => Bench };

const figures: Figures = JSON.parse(readFileSync(path.join(__dirname, "figures.json"), "utf8"));
let bench: Bench;
beforeAll(async () => {
  await useBackend("wasm");
  bench = makeBench();
});

const beyond = ({ differences }: Row) => Object.entries(differences).filter(([, value]) => !(value <= tolerance));

describe(`TRL ${figures.versions.trl} and ours agree to ${tolerance}`, () => {
  it.each(cases)("$name", (one) => expect(beyond(compareCase(one, figures, bench))).toEqual([]));
});

describe("the figures", () => {
  it("are of the cases there are, and of no others (else: npm run parity)", () =>
    expect(Object.keys(figures.cases).sort()).toEqual(cases.map(({ name }) => name).sort()));

  it("hold every loss type that TRL's DPO trainer has", () => {
    const compared = new Set(cases.filter(({ family }) => family === "dpo").map(({ config }) => config.loss_type));
    expect(figures.dpoLossTypes.length).toBeGreaterThan(10);
    expect([...compared].sort()).toEqual([...figures.dpoLossTypes].sort());
  });

  it("are of the rows that are made today", () =>
    expect((figures as unknown as Bench).rows).toEqual(JSON.parse(JSON.stringify(bench.rows))));

  it("come with a page of the same release that has a row for every case", () => {
    const page = readFileSync(path.join(__dirname, "RESULTS.md"), "utf8");
    expect(page).toContain(`TRL ${figures.versions.trl}`);
    const rows = page.split("\n");
    for (const { name, config } of cases) {
      const cell = Object.entries(config).map(([option, value]) => `\`${option}: ${value}\``);
      expect({ name, found: rows.some((row) => row.includes(`Trainer ${cell.join(", ")}`)) }).toEqual({
        name,
        found: true,
      });
    }
  });
});

describe("the comparison", () => {
  const [one] = cases.filter(({ config }) => config.loss_type === "hinge");
  const moved = (change: (theirs: TheirCase) => Partial<TheirCase>): Figures => {
    const theirs = figures.cases[one.name];
    return { ...figures, cases: { ...figures.cases, [one.name]: { ...theirs, ...change(theirs) } } };
  };
  const faults = (changed: Figures) => beyond(compareCase(one, changed, bench)).map(([what]) => what);

  it("sees a loss that is 0.1 % off", () =>
    expect(faults(moved(({ loss }) => ({ loss: loss * 1.001 })))).toEqual(["loss", "model's loss"]));

  it("sees one parameter's gradient with the wrong sign", () => {
    const name = "model.layers.1.mlp.up_proj.weight";
    const flipped = (gradients: TheirCase["gradients"]) => ({ ...gradients, [name]: gradients[name].map((x) => -x) });
    const changed = moved(({ gradients }) => ({ gradients: flipped(gradients) }));
    expect(faults(changed)).toEqual(["parameters' gradients"]);
  });

  it("sees a parameter without a gradient", () => {
    const [, ...others] = Object.entries(figures.cases[one.name].gradients);
    expect(faults(moved(() => ({ gradients: Object.fromEntries(others) })))).toEqual(["parameters' gradients"]);
  });

  it("sees one token's gradient 0.1 % off", () => {
    const scaled = (rows: number[][]) => rows.map((row, n) => (n === 0 ? row.map((x) => x * 1.001) : row));
    expect(faults(moved(({ tokenGradients }) => ({ tokenGradients: scaled(tokenGradients!) })))).toEqual([
      "tokens' gradients",
    ]);
  });

  // No case may lean on a default: then it would agree whatever the option does.
  const removals = cases.flatMap((each) =>
    Object.keys(each.options)
      .filter((option) => each.options[option] !== undefined)
      .map((option) => ({
        name: each.name,
        option,
        without: { ...each, options: { ...each.options, [option]: undefined } },
      })),
  );
  it.each(removals)("sees that $option is missing: $name", ({ without }) =>
    expect(beyond(compareCase(without, figures, bench))).not.toEqual([]),
  );

  it("takes NaN and what is missing for infinitely far", () => {
    expect(relative(Number.NaN, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(relative(1, undefined as unknown as number)).toBe(Number.POSITIVE_INFINITY);
  });
});
