/** Draws prompts: families by their share, variants evenly, then any prompt of the variant. */
import type { Random } from "../tensor/random";
import { FAMILIES } from "./families";
import type { FamilyName, Question } from "./family";

export class PromptSampler {
  private readonly groups = new Map<FamilyName, Map<string, Question[]>>();

  constructor(readonly questions: readonly Question[]) {
    for (const question of questions) {
      const variants = this.groups.get(question.family) ?? new Map<string, Question[]>();
      const group = variants.get(question.variant) ?? [];
      group.push(question);
      this.groups.set(question.family, variants.set(question.variant, group));
    }
  }

  /** One prompt, from the family asked for or from any. */
  draw(random: Random, family?: FamilyName): Question {
    const name = family ?? FAMILIES[random.categorical(FAMILIES.map(({ share }) => share))].name;
    return random.choice(random.choice([...this.groups.get(name)!.values()]));
  }

  /** `n` different prompts, drawn like single ones as long as each variant lasts; fewer when there are not so many. */
  distinct(n: number, random: Random, family?: FamilyName): Question[] {
    const names = family === undefined ? [...this.groups.keys()] : [family];
    const left = new Map(
      names.map((name) => [name, [...this.groups.get(name)!.values()].map((group) => random.shuffle(group))]),
    );
    const found: Question[] = [];
    while (found.length < n && left.size > 0) {
      const open = FAMILIES.filter(({ name }) => left.has(name));
      const { name } = open[random.categorical(open.map(({ share }) => share))];
      const groups = left.get(name)!;
      const group = groups[random.integer(groups.length)];
      found.push(group.pop()!);
      if (group.length === 0) groups.splice(groups.indexOf(group), 1);
      if (groups.length === 0) left.delete(name);
    }
    return found;
  }
}
