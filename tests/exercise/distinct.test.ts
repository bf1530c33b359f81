/** What naming a mistake rests on: cases that tell mistakes apart, whatever the seed, and are the same for one seed. */
import { exerciseSpecs } from "../../kernel-utils/src/exercise";
import { defaultTolerance } from "../../kernel-utils/src/exercise/judge";
import { close } from "../../kernel-utils/src/exercise/numbers";
import { Random } from "../../kernel-utils/src/tensor/random";

const seeds = ["one", "two", "three", "four", "five"];

describe.each(exerciseSpecs.map((spec) => [spec.id, spec] as const))("%s", (_, spec) => {
  it.each(seeds)("seed %s: no two mistakes answer alike, and none answers like the reference", (seed) => {
    const cases = spec.cases(new Random(seed));
    const known = [{ name: "the reference", run: spec.reference }, ...spec.mistakes];
    const answers = known.map(({ name, run }) => ({ name, values: cases.map(({ inputs }) => run(...inputs)) }));
    const alike = answers.flatMap((a, i) =>
      answers
        .slice(i + 1)
        .filter((b) => a.values.every((value, j) => close(value, b.values[j], spec.tolerance ?? defaultTolerance)))
        .map((b) => `${a.name} = ${b.name}`),
    );
    expect(alike).toEqual([]);
  });
  it("draws the same cases for the same seed, and others for another", () => {
    const drawn = (seed: string) => JSON.stringify(spec.cases(new Random(seed)));
    expect(drawn("one")).toBe(drawn("one"));
    expect(drawn("one")).not.toBe(drawn("two"));
  });
});
