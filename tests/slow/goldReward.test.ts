/** The course's promise, measured: each stage is better than the one before, on prompts no model was trained on. */
import { measureStages, type StageMeasurement, useBackend } from "kernel-utils";

describe("gold reward on held-out prompts over three seeds", () => {
  let base: StageMeasurement;
  let sft: StageMeasurement;
  let dpo: StageMeasurement;

  beforeAll(async () => {
    await useBackend("wasm");
    [base, sft, dpo] = await measureStages([0, 1, 2]);
  }, 1_200_000);

  it("rises from base to SFT to DPO with intervals that do not overlap", () => {
    expect(base.interval[1]).toBeLessThan(sft.interval[0]);
    expect(sft.interval[1]).toBeLessThan(dpo.interval[0]);
  });

  it("rises at every seed", () => {
    sft.seeds.forEach(({ mean }, i) => expect(mean).toBeGreaterThan(base.seeds[i].mean));
    dpo.seeds.forEach(({ mean }, i) => expect(mean).toBeGreaterThan(sft.seeds[i].mean));
  });

  it("a base model answers next to nothing in the chat format", () => expect(Math.abs(base.mean)).toBeLessThan(0.1));

  it("DPO stays within a few nats of its reference, and SFT is 0 nats from itself", () => {
    for (const { klToSft } of sft.seeds) expect(klToSft).toBe(0);
    for (const { klToSft } of dpo.seeds) {
      expect(klToSft).toBeGreaterThan(0.1);
      expect(klToSft).toBeLessThan(15);
    }
  });
});
