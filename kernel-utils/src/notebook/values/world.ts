/** The world shows itself: what is asked in it, how often, and of whom. */
import type { World } from "../../world";
import type { MimeBundle } from "../display";
import { counted } from "../display/rich/counted";
import { rowsBundle } from "../display/table";

export const worldBrief = ({ seed, families, annotators, vocabulary }: World): string =>
  `World of seed ${seed}: ${counted(families.length, "family")} of prompts, ` +
  `${counted(annotators.length, "annotator")}, ${counted(vocabulary.length, "word")}`;

export function worldBundle(world: World): MimeBundle {
  const prompts = { train: world.prompts("train"), heldOut: world.prompts("heldOut"), shift: world.prompts("shift") };
  const counts = Object.entries(prompts).map(([split, list]) => `${split} ${list.length.toLocaleString("en")}`);
  const rows = world.families.map(({ name, purpose, share }) => {
    const example = prompts.train.find(({ family }) => family === name)?.prompt;
    return { family: name, share, "what is asked": purpose, example };
  });
  return rowsBundle(rows, { caption: worldBrief(world) }, [`Prompts: ${counts.join(", ")}`]);
}
