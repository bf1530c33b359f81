import { dpo } from "./dpo";
import { orientation } from "./orientation";
import { rewardModel } from "./rewardModel";
import { sft } from "./sft";
import type { Topic } from "./topic";

const topics: readonly Topic[] = [orientation, sft, rewardModel, dpo];

export const tensorAnswers: Topic["answers"] = Object.assign({}, ...topics.map(({ answers }) => answers));
export const byHand: Topic["byHand"] = topics.flatMap((topic) => topic.byHand);
