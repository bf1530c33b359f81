import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { loadLlama2c } from "../../kernel-utils/src/model";
import { useBackend } from "../../kernel-utils/src/tensor";
import { ownStories, validationLoss } from "../model/checkpoints/ownStories";

const folder = resolve(__dirname, "../../../shared/data/stories260K");
const present = existsSync(folder);
if (!present) console.log(`stories260K: ${folder} is absent, so the real pretrained model is not measured here`);

(present ? it : it.skip)(
  "stories260K: 256 whole stories cost what the validation set costs, within 0.06 nats a token",
  async () => {
    await useBackend("wasm");
    const { model } = await loadLlama2c(`${folder}/stories260K.bin`, `${folder}/tok512.bin`);
    const { mean, standardError, tokens } = await ownStories(model, { stories: 256, maxNewTokens: 511 });
    const interval = [mean - 1.96 * standardError, mean + 1.96 * standardError].map((bound) => bound.toFixed(3));
    console.log(
      `${tokens.flat().length} tokens: ${mean.toFixed(4)} nats a token, 95 % interval ${interval.join(" to ")}`,
    );
    expect(standardError).toBeLessThan(0.01);
    expect(Math.abs(mean - validationLoss)).toBeLessThan(0.06);
    model.dispose();
  },
  300_000,
);
