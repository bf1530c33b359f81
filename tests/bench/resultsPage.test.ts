import { type Measurement, type PeerReport, ratiosOf, resultsPage, type Timing } from "../../kernel-utils/src/bench";

const rounds = (...walls: number[]): Timing[][] =>
  walls.map((wall) => [1, 1, 5].map((factor) => ({ wall: wall * factor, processor: 2 * wall * factor })));

const measured = (name: string, contender: string, isPeer: boolean, ...walls: number[]): Measurement => ({
  ...{ name, contender, isPeer, threads: 2, flops: 3e9 },
  rounds: rounds(...walls),
});

const variant = { label: "wasm, 2 threads", kind: "npm" as const, threads: 2, environment: { ALIGN_THREADS: "2" } };
const blas = {
  ...variant,
  label: "wasm + BLAS, 2 threads",
  kind: "blas" as const,
  environment: { ALIGN_BLAS: "auto" },
};

const report: PeerReport = {
  schemaVersion: 1,
  machine: {
    date: "2026-11-24T06:22:30.000Z",
    processor: "A Processor",
    cores: 2,
    memoryGiB: 24,
    platform: "linux x64",
    node: "v20.20.2",
    loadAverage: 0.1,
    environment: {},
  },
  commit: "abc1234",
  command: "npm run bench:peers",
  versions: { torch: "2.13.0" },
  notes: ["A note."],
  variants: [
    { ...variant, backend: "backend wasm: two workers" },
    { ...blas, problem: "the backend found no BLAS library here" },
  ],
  measurements: [
    measured("train-S", "wasm, 2 threads", false, 10, 30, 100),
    measured("train-S", "torch", true, 50, 50, 50),
    measured("train-S", "transformers", true, 5, 10, 40),
    { ...measured("train-S", "transformers", true, 1, 1, 1), threads: 1 },
    measured("generate-S", "wasm, 2 threads", false, 10),
    measured("generate-S", "transformers", true, 20),
    measured("gemm-512-nn", "wasm, 2 threads", false, 4),
    measured("gemm-512-nn", "torch", true, 2),
    { ...measured("dpo-S", "trl", true), problem: "out of memory" },
  ],
  sameWork: [
    { what: "losses S", contender: "torch", largestDifference: 2e-6, tolerance: 1e-4 },
    { what: "losses M", contender: "trl", largestDifference: 2e-3, tolerance: 1e-4 },
  ],
  sweeps: [
    {
      variant: "wasm, 2 threads",
      sweeps: [
        {
          ...{ varies: "B", values: [4, 8, 16], flops: [1, 2, 4], wall: [10, 20, 45], processor: [10, 20, 40] },
          byValue: { slope: 1.085, interval: [0.9, 1.27], n: 3 },
          byFlops: { slope: 1.2, interval: [1.1, 1.3], n: 3 },
          processorByFlops: { slope: 1, interval: [0.98, 1.02], n: 3 },
        },
      ],
    },
  ],
  profiles: [
    {
      variant: "wasm, 2 threads",
      profiles: [
        {
          ...{ name: "train-S", what: "training step S", milliseconds: 40 },
          rows: [
            { name: "BatchMatMul", calls: 45, milliseconds: 30, share: 0.75 },
            { name: "(rest)", calls: 1, milliseconds: 10, share: 0.25 },
          ],
          functions: [],
        },
      ],
    },
  ],
};

describe("ratiosOf", () => {
  const [training, generating, product] = ratiosOf(report);

  // Round medians 10, 30, 100 against 5, 10, 40, not against the slower library or the one on another thread count.
  it("holds each round against the same round of the faster library on as many threads", () =>
    expect(training).toMatchObject({ peer: "transformers", wall: 2.5, lowest: 2, highest: 3, rounds: 3, goal: 3 }));

  it("also compares the shortest repetitions, and processor time", () =>
    expect(training).toMatchObject({ ofMinima: 2, processor: 2.5 }));

  it("asks of generation a third, and of a bare product nothing", () => {
    expect(generating).toMatchObject({ what: "generation S, greedy", wall: 0.5, goal: 1 / 3 });
    expect(product.goal).toBeUndefined();
  });

  it("leaves out what was not measured on both sides", () => expect(ratiosOf(report)).toHaveLength(3));

  it("refuses sides with different rounds", () => {
    const uneven = [measured("train-S", "wasm, 2 threads", false, 1), measured("train-S", "torch", true, 1, 2)];
    expect(() => ratiosOf({ variants: [variant], measurements: uneven })).toThrow(/1 rounds of ours, 2 of torch/);
  });
});

describe("resultsPage", () => {
  const page = resultsPage(report);
  const line = (part: string): string => page.split("\n").find((one) => one.includes(part)) ?? "";

  it("says where and how it was measured", () => {
    expect(line("Measured")).toMatch(
      /2026-11-24 06:22 UTC at commit abc1234 by `npm run bench:peers`, on A Processor, 2 cores/,
    );
    expect(line("* wasm, 2 threads")).toMatch(/backend wasm: two workers; `ALIGN_THREADS=2`/);
    expect(line("* wasm + BLAS")).toMatch(/took no part: the backend found no BLAS library here/);
  });

  it("says what became of each goal", () => {
    expect(line("| training step S")).toMatch(/2\.50 \(2\.00 to 3\.00, n 3\) .*≤ 3\.00 \| met/);
    expect(line("| generation S, greedy")).toMatch(/≤ 0\.33 \| \*\*missed\*\*/);
    expect(line("| matrix product 512-nn")).toMatch(/\| – \| {2}\|/);
  });

  it("shows operations a second: 3·10⁹ in 4 ms are 750·10⁹", () =>
    expect(line("| gemm-512-nn |")).toMatch(/4\.00 \(750\)/));

  it("does not hide a failure or a difference", () => {
    expect(page).toMatch(/Not measured:\n\n\* trl dpo-S: out of memory/);
    expect(line("losses M")).toMatch(/2\.0e-3 .*\*\*differs\*\*/);
    expect(line("losses S")).toMatch(/agrees/);
  });

  it("calls a cost that outgrows the arithmetic by its name", () =>
    expect(line("| B = 4, 8, 16")).toMatch(/1\.20 \(1\.10 to 1\.30\).*\*\*worse than the arithmetic\*\*/));

  it("warns of a busy machine only", () => {
    expect(page).not.toMatch(/busy/);
    expect(resultsPage({ ...report, machine: { ...report.machine, loadAverage: 4 } })).toMatch(/busy.*load 4/);
  });

  it("shows where the time goes", () => expect(line("| BatchMatMul")).toBe("| BatchMatMul | 45 | 30.00 | 75.0 % |"));
});
