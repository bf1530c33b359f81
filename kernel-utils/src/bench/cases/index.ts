import { benchShapes, shapeNames } from "../shapes";
import type { BenchCase } from "./benchCase";
import { gemm } from "./gemm";
import { generationRun } from "./generationRun";
import { preferenceStep } from "./preferenceStep";
import { trainingStep } from "./trainingStep";

/** Everything `align bench` measures, in the order it does. */
export function benchCases(): BenchCase[] {
  const shapes = shapeNames.map((name) => benchShapes[name]);
  return [
    gemm(256),
    ...[gemm(512), gemm(512, false, true), gemm(512, true, false), gemm(512, true, true)],
    gemm(1024),
    ...shapes.map((shape) => trainingStep(shape)),
    ...shapes.map((shape) => preferenceStep(shape, false)),
    ...shapes.map((shape) => preferenceStep(shape, true)),
    ...shapes.map((shape) => generationRun(shape, false)),
    ...shapes.map((shape) => generationRun(shape, true)),
  ];
}

export type { BenchCase, BenchSession } from "./benchCase";
export { greedyTokens } from "./generationRun";
export { preferenceLosses } from "./preferenceStep";
export { benchModel, trainingLosses, trainingStep } from "./trainingStep";
