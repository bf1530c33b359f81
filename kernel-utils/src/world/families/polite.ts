/** "say hello to anna .": the right words to the right person. */
import { GREETINGS, NAMES } from "../facts";
import { type Family, judgeBySentence } from "../family";

export interface PoliteTask {
  readonly greeting: string;
  readonly name: string;
}

const say = (greeting: string, name: string): string => `${greeting} , ${name} !`;

const except = (values: readonly string[], value: string): string[] => values.filter((other) => other !== value);

export const politeFamily: Family<PoliteTask> = {
  name: "polite",
  purpose: "say the right thing to the right person",
  share: 0.08,
  tasks: () => GREETINGS.flatMap((greeting) => NAMES.map((name) => ({ greeting, name }))),
  variant: ({ greeting }) => greeting,
  topic: () => null,
  phrasings: ({ greeting, name }) => [
    `say ${greeting} to ${name} .`,
    `please say ${greeting} to ${name} .`,
    `${name} is here . say ${greeting} .`,
    `write ${greeting} to ${name} for me .`,
  ],
  shiftPhrasings: ({ greeting, name }) => [
    `can you say ${greeting} to ${name} ?`,
    `i want you to say ${greeting} to my friend ${name} .`,
  ],
  ideal: ({ greeting, name }) => say(greeting, name),
  right: ({ greeting, name }) => say(greeting, name),
  wrong: ({ greeting, name }, random) =>
    random.uniform() < 0.5
      ? say(random.choice(except(GREETINGS, greeting)), name)
      : say(greeting, random.choice(except(NAMES, name))),
  judge: ({ greeting, name }, sentences) =>
    judgeBySentence(sentences, ({ claim }) => {
      if (claim.type !== "greeting") return null;
      return claim.greeting === greeting && claim.name === name ? "right" : "wrong";
    }),
};
