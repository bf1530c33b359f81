import { CourseError, shown } from "../../errors";
import { loadRewardModel, type RewardModel } from "../../model";
import { nearestTo } from "../../nearest";
import type { ChatText, Tokenizer } from "../../text";
import type { RewardFunction } from "../rollouts/rewardSource";

/** A reward that a configuration may name, made for the prompts of a run; it refuses those that it cannot judge. */
export type NamedRewards = Readonly<Record<string, (prompts: readonly ChatText[]) => RewardFunction>>;

/** The reward of that name; refused where nobody has given it. */
export function namedReward(name: string, named: NamedRewards, prompts: readonly ChatText[]): RewardFunction {
  if (Object.hasOwn(named, name)) return named[name](prompts);
  const known = Object.keys(named);
  const near = nearestTo(name, known);
  const hint = near ? `did you mean "${near}"?` : `known: ${known.join(", ") || "none"}; or name a rewardModel`;
  throw new CourseError("bad-value", `startRun: reward is ${shown(name)}; ${hint}`);
}

/** A trained reward model, which must read the policy's tokens as the policy writes them. */
export async function openRewardModel(folder: string, tokenizer: Tokenizer): Promise<RewardModel> {
  const judge = await loadRewardModel(folder);
  const [its, ours] = [judge.tokenizer, tokenizer].map((one) => JSON.stringify(one.toJSON()));
  if (its === ours) return judge.model;
  judge.model.dispose();
  const sizes = `${judge.tokenizer.vocabularySize} entries, the policy's ${tokenizer.vocabularySize}`;
  throw new CourseError(
    "bad-value",
    `${folder}: its tokenizer is not the policy's (a vocabulary of ${sizes}); take a reward model of the same family`,
  );
}
