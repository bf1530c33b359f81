import { float64Arithmetic } from "../../arithmetic/float64";
import { rewardModelDefaults, rewardModelWith } from "../../rewardModel";
import { type SftOptions, sftReductions, sftWith } from "../../sft";
import { type Entry, objective } from "../entry";
import { sequenceLogpsAnswer } from "../sequenceLogps";

/** Log-probs and the losses of plain labels. */
export const supervisedEntries: Record<string, Entry> = {
  "sequence-logps": {
    summary: "log-probs of given tokens under given logits, with the shift inside",
    formula: [
      "perToken[b][t] = logits[b][t][y] − log Σ_v exp(logits[b][t][v]),  y = labels[b][t+1]",
      "sum, mean and count run over the tokens whose label is not ignored; the mean of none is 0",
    ],
    inputs: {
      logits: { axes: ["B", "T", "V"], says: "next-token logits; position t predicts token t + 1" },
      labels: { axes: ["B", "T"], says: "token ids; prompt and padding carry ignoreIndex" },
    },
    differentiable: [],
    options: { ignoreIndex: { kind: "number", default: -100, says: "the label that does not count" } },
    answer: ({ logits, labels }, { ignoreIndex = -100 }) => sequenceLogpsAnswer(logits, labels, ignoreIndex as number),
  },
  sft: objective(
    {
      summary: "supervised fine-tuning: negative log-likelihood of the response tokens",
      formula: [
        "token          L = −Σ_b Σ_t m log π / Σ_b Σ_t m",
        "sequence-mean  L = −mean_b [Σ_t m log π / Σ_t m], rows without a counted token left out",
        "sequence-sum   L = −mean_b [Σ_t m log π]",
      ],
      inputs: {
        tokenLogps: { axes: ["B", "T"], says: "log π of each target token, nats" },
        mask: { axes: ["B", "T"], entries: "binary", says: "1 for response tokens, EOS included; else 0" },
      },
      differentiable: ["tokenLogps"],
      options: {
        reduction: {
          kind: "string",
          default: "token",
          choices: sftReductions,
          says: "how token losses become one number (TRL, NeMo RL: token; the DPO reference code: sequence-sum)",
        },
      },
    },
    ({ tokenLogps, mask }, options) => ({ ...sftWith(float64Arithmetic, tokenLogps, mask, options as SftOptions) }),
  ),
  "reward-model": objective(
    {
      summary: "Bradley–Terry reward model, with margins and centering",
      formula: [
        "L = mean of −log σ(r_w − r_l − margin) + c (r_w + r_l)²",
        "Ouyang et al. 2022, arXiv:2203.02155, eq. 1; Touvron et al. 2023, arXiv:2307.09288, eq. 2;",
        "Eisenstein et al. 2023, arXiv:2312.09244, eq. 2",
      ],
      inputs: {
        chosenRewards: { axes: ["B"], says: "score of the chosen reply" },
        rejectedRewards: { axes: ["B"], says: "score of the rejected reply" },
        margins: { axes: ["B"], optional: true, says: "by how much the chosen reply should win; 0 if absent" },
      },
      differentiable: ["chosenRewards", "rejectedRewards", "margins"],
      options: {
        centering: {
          kind: "number",
          default: rewardModelDefaults.centering,
          range: { from: 0 },
          says: "c >= 0 (TRL recommends 0.01)",
        },
      },
    },
    ({ chosenRewards, rejectedRewards, margins }, options) => ({
      ...rewardModelWith(float64Arithmetic, { chosenRewards, rejectedRewards, margins }, options),
    }),
  ),
};
