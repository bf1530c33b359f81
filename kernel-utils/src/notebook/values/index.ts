/** Which values of the layers below the notebook show themselves as the last expression of a cell, and how. */
import * as tf from "@tensorflow/tfjs";
import { LanguageModel, LoraAdapter, RewardModel } from "../../model";
import { BackendReport } from "../../tensor";
import { HuggingFaceTokenizer, WordTokenizer } from "../../text";
import { World } from "../../world";
import { displayHost } from "../display";
import { awaitArquero, type Loader } from "../display/rich/arquero";
import { showAs } from "../display/rich/showAs";
import { backendBrief, backendBundle } from "./backend";
import {
  adapterBrief,
  adapterBundle,
  modelBrief,
  modelBundle,
  rewardModelBrief,
  rewardModelBundle,
  tokenizerBrief,
  tokenizerBundle,
} from "./model";
import { tensorBrief, tensorBundle } from "./tensor";
import { worldBrief, worldBundle } from "./world";

showAs(tf.Tensor.prototype, (tensor) => tensorBundle(tensor), tensorBrief);
showAs(LanguageModel.prototype, modelBundle, modelBrief);
showAs(RewardModel.prototype, rewardModelBundle, rewardModelBrief);
showAs(LoraAdapter.prototype, adapterBundle, adapterBrief);
showAs(WordTokenizer.prototype, tokenizerBundle, tokenizerBrief);
showAs(HuggingFaceTokenizer.prototype, tokenizerBundle, tokenizerBrief);
showAs(BackendReport.prototype, backendBundle, backendBrief);
showAs(World.prototype, worldBundle, worldBrief);

// Only where cells run: nobody else looks at tables, and nobody else should listen to what is loaded.
if (displayHost().kind === "kernel" && typeof process === "object") {
  const loader = process.getBuiltinModule?.("node:module");
  if (loader) awaitArquero(loader as unknown as Loader, typeof require === "function" ? require.cache : {});
}
