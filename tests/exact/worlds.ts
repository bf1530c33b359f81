import { enumerateWorld, replyLogpsOf } from "../../kernel-utils/src/exact";
import { Random } from "../../kernel-utils/src/tensor/random";

/** A world with a random reference policy and random rewards, the same on every run. */
export function makeWorld(vocabulary: number, maxLength: number, seed = "exact worlds") {
  const world = enumerateWorld({ vocabulary, maxLength });
  const random = new Random(`${seed} ${vocabulary} ${maxLength}`);
  const shape = [world.prefixes.length, vocabulary];
  const referenceLogits = Array.from({ length: shape[0] * shape[1] }, () => random.normal());
  const referenceLogps = replyLogpsOf(world, referenceLogits);
  const rewards = world.replies.map(() => random.normal());
  return { world, shape, referenceLogits, referenceLogps, rewards, random };
}
