import { bradleyTerry } from "./bradleyTerry";
import { dpo } from "./dpo";
import { ipo } from "./ipo";
import { kto } from "./kto";
import { optimalPolicy } from "./optimalPolicy";
import { orientation } from "./orientation";
import { orpo } from "./orpo";
import { ppo } from "./ppo";
import { rewardModel } from "./rewardModel";
import { sft } from "./sft";
import type { Topic } from "./topic";

const topics: readonly Topic[] = [orientation, sft, bradleyTerry, rewardModel, optimalPolicy, ppo, dpo, ipo, kto, orpo];

export const tensorAnswers: Topic["answers"] = Object.assign({}, ...topics.map(({ answers }) => answers));
export const byHand: Topic["byHand"] = topics.flatMap((topic) => topic.byHand);
