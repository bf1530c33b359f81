// The kernels that run in parts, by the number the host calls them by. `thread` is 0 for the main thread.
import { adamWPart, sumOfSquaresPart } from "./adamW";
import { attentionGradientPart, attentionPart } from "./attention";
import { gemmPart } from "./gemm";
import { rmsNormGradientPart, rmsNormPart } from "./rmsNorm";
import { rotaryPart } from "./rotary";
import { addPart, columnSumPart, gatherPart, rowSumPart, segmentSumPart } from "./rows";
import { swigluGradientPart, swigluPart } from "./swiglu";
import { tokenLogpsGradientPart, tokenLogpsPart } from "./tokenLogps";

/** Exported, so that the host reads each number from the module and cannot have another. */
export enum Kernel {
  adamW,
  add,
  attention,
  attentionGradient,
  columnSum,
  gather,
  gemm,
  rmsNorm,
  rmsNormGradient,
  rotary,
  rowSum,
  segmentSum,
  sumOfSquares,
  swiglu,
  swigluGradient,
  tokenLogps,
  tokenLogpsGradient,
}

export function runPart(kernel: i32, part: i32, parts: i32, thread: i32): void {
  switch (kernel) {
    case Kernel.adamW: return adamWPart(part);
    case Kernel.add: return addPart(part, parts);
    case Kernel.attention: return attentionPart(part, parts, thread);
    case Kernel.attentionGradient: return attentionGradientPart(part, parts, thread);
    case Kernel.columnSum: return columnSumPart(part, parts);
    case Kernel.gather: return gatherPart(part, parts);
    case Kernel.gemm: return gemmPart(part, thread);
    case Kernel.rmsNorm: return rmsNormPart(part, parts);
    case Kernel.rmsNormGradient: return rmsNormGradientPart(part, parts);
    case Kernel.rotary: return rotaryPart(part, parts);
    case Kernel.rowSum: return rowSumPart(part, parts);
    case Kernel.segmentSum: return segmentSumPart(part, parts);
    case Kernel.sumOfSquares: return sumOfSquaresPart(part);
    case Kernel.swiglu: return swigluPart(part, parts);
    case Kernel.swigluGradient: return swigluGradientPart(part, parts);
    case Kernel.tokenLogps: return tokenLogpsPart(part, parts);
    case Kernel.tokenLogpsGradient: return tokenLogpsGradientPart(part, parts);
  }
}
