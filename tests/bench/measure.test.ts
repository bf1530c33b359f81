import * as tf from "@tensorflow/tfjs";
import { type BenchSession, resultOf, type Timing } from "../../kernel-utils/src/bench";
import { gemm } from "../../kernel-utils/src/bench/cases/gemm";
import { stepTimes } from "../../kernel-utils/src/bench/cases/stepTimes";
import { measureCase } from "../../kernel-utils/src/bench/measure";
import { profileCase, restName, Stopwatch } from "../../kernel-utils/src/bench/profile";
import { functionRows } from "../../kernel-utils/src/bench/sampleFunctions";
import { sweepOf } from "../../kernel-utils/src/bench/scaling";
import { useBackend } from "../../kernel-utils/src/tensor";
import type { TrainingRun } from "../../kernel-utils/src/training";

const timing = (wall: number, processor = wall): Timing => ({ wall, processor });

describe("measureCase", () => {
  const plan = { warmUps: 2, repetitions: 3, seconds: 0, mostRepetitions: 5 };
  const caseOf = (time: BenchSession["time"], dispose = () => {}) => ({
    name: "one",
    what: "one thing",
    flops: 4e9,
    tokens: 10,
    open: async () => ({ time, dispose }),
  });

  it("drops the warm-up, and counts operations and tokens by the median on the wall", async () => {
    const asked: number[] = [];
    const time = async (repetitions: number) => {
      asked.push(repetitions);
      return Array.from({ length: repetitions }, () => (asked.length === 1 ? timing(1e6) : timing(2000, 3000)));
    };
    const { wall, processor, gflopsPerSecond, tokensPerSecond } = await measureCase(caseOf(time), plan);
    expect(asked).toEqual([2, 3]);
    expect({ wall: wall.median, processor: processor.median, n: wall.n }).toEqual({
      wall: 2000,
      processor: 3000,
      n: 3,
    });
    expect({ gflopsPerSecond, tokensPerSecond }).toEqual({ gflopsPerSecond: 2, tokensPerSecond: 5 });
  });

  it("goes on until the time is up, and no further than the limit", async () => {
    const time = async (repetitions: number) => Array.from({ length: repetitions }, () => timing(1));
    expect((await measureCase(caseOf(time), { ...plan, seconds: 60 })).wall.n).toBe(5);
  });

  it("gives the memory back and names the case when it fails", async () => {
    let disposed = 0;
    const failing = caseOf(
      () => Promise.reject(new Error("no room")),
      () => {
        disposed++;
      },
    );
    await expect(measureCase(failing, plan)).rejects.toThrow("align bench: one failed: no room");
    expect(disposed).toBe(1);
  });

  it("leaves tokens out where there are none", () =>
    expect(resultOf({ name: "a", what: "a", flops: 1 }, [timing(1)])).not.toHaveProperty("tokensPerSecond"));
});

it("stepTimes leaves out the first step, and adds what every step does beside training", async () => {
  const events: string[] = [];
  const run = async (steps: number, { onStep }: { onStep?: (report: never) => void | Promise<void> }) => {
    for (let step = 1; step <= steps; step++) {
      events.push(`step ${step}`);
      await onStep?.({ step } as never);
    }
    return {} as TrainingRun;
  };
  const boundary = () => events.push("boundary");
  const times = await stepTimes(run, 2, boundary, async () => {
    events.push("reference");
  });
  expect(times).toHaveLength(2);
  expect(events.join(", ")).toBe(
    "step 1, boundary, reference, step 2, boundary, reference, step 3, boundary", // two whole repetitions
  );
});

describe("Stopwatch", () => {
  it("charges every moment once, and what is nobody's to the rest", () => {
    let now = 0;
    const watch = new Stopwatch(() => now);
    watch.time("outer", () => {
      now += 2;
      watch.time("inner", () => {
        now += 3;
      });
      now += 5;
    });
    expect(watch.take(12)).toEqual([
      { name: "outer", calls: 1, milliseconds: 7, share: 7 / 12 },
      { name: "inner", calls: 1, milliseconds: 3, share: 3 / 12 },
      { name: restName, calls: 1, milliseconds: 2, share: 2 / 12 },
    ]);
    expect(watch.take(1)).toHaveLength(1);
  });
});

describe("profileCase", () => {
  it("finds the product's kernel, and takes its stopwatch off again", async () => {
    await useBackend("wasm");
    const kernel = tf.getKernel("BatchMatMul", "wasm");
    const before = kernel.kernelFunc;
    const tensors = tf.memory().numTensors;
    const { rows, milliseconds, functions } = await profileCase(gemm(256), 3);
    expect(rows.find(({ name }) => name === "BatchMatMul")?.calls).toBe(30); // 10⁹ operations, 2·256³ each
    expect(rows.reduce((sum, row) => sum + row.milliseconds, 0)).toBeCloseTo(milliseconds, 6);
    expect(functions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
    expect(functions.some(({ place }) => place === "(WebAssembly)")).toBe(true);
    expect(kernel.kernelFunc).toBe(before);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

it("functionRows adds up the samples of one function, wherever it was called from", () => {
  const frame = (functionName: string, url: string) => ({
    functionName,
    url,
    lineNumber: 6,
    scriptId: "",
    columnNumber: 0,
  });
  const nodes = [
    { id: 1, callFrame: frame("step", "file:///a/loop.js") },
    { id: 2, callFrame: frame("step", "file:///a/loop.js") },
    { id: 3, callFrame: frame("", "") },
    { id: 4, callFrame: frame("gemm", "wasm://wasm/1") },
  ];
  const profile = { nodes, samples: [1, 2, 3, 4], timeDeltas: [10, 20, 10, 60], startTime: 0, endTime: 100 };
  expect(functionRows(profile)).toEqual([
    { name: "gemm", place: "(WebAssembly)", share: 0.6 },
    { name: "step", place: "loop.js:7", share: expect.closeTo(0.3, 12) },
    { name: "(anonymous)", place: "(V8)", share: 0.1 },
  ]);
});

it("a sweep fits the medians against value and operations", () => {
  const values = [1, 2, 4];
  const cases = values.map((value) => ({ flops: value ** 2 }));
  const timings = values.map((value) => [timing(1e6), timing(value ** 2, value), timing(value ** 2, value)]);
  const { byValue, byFlops, processorByFlops, wall } = sweepOf({ varies: "d", values }, cases, timings);
  expect(wall).toEqual([1, 4, 16]);
  expect(byValue.slope).toBeCloseTo(2, 12);
  expect(byFlops.slope).toBeCloseTo(1, 12);
  expect(processorByFlops.slope).toBeLessThan(1);
});
