/** "what color is the apple ?": one attribute of one object. */
import { ATTRIBUTES, type Attribute, findObject, OBJECTS, VALUES } from "../facts";
import { article, type Family, judgeBySentence } from "../family";

export interface FactTask {
  readonly object: string;
  readonly attribute: Attribute;
}

const PHRASINGS: Readonly<Record<Attribute, readonly string[]>> = {
  kind: ["what kind of thing is the X ?", "what is the X ?", "tell me what the X is .", "which kind is the X ?"],
  color: [
    "what color is the X ?",
    "tell me the color of the X .",
    "which color is the X ?",
    "name the color of the X .",
  ],
  size: ["how big is the X ?", "tell me the size of the X .", "what size is the X ?", "which size is the X ?"],
  place: ["where is the X ?", "tell me where the X is .", "where can i find the X ?", "in which place is the X ?"],
  does: ["what does the X do ?", "tell me what the X does .", "what can the X do ?", "what is the X good for ?"],
};

const SHIFT_PHRASINGS: Readonly<Record<Attribute, readonly string[]>> = {
  kind: ["please help me : what is the X ?"],
  color: ["please help me : what color is the X ?", "the X has which color ?"],
  size: ["please help me : how big is the X ?", "the X has which size ?"],
  place: ["please help me : where is the X ?", "i can not find the X . where is it ?"],
  does: ["please help me : what does the X do ?"],
};

/** The part of the sentence after "the apple" or "it". */
export function predicate(attribute: Attribute, value: string): string {
  if (attribute === "does") return value;
  if (attribute === "kind") return `is ${article(value)} ${value}`;
  return attribute === "place" ? `is in the ${value}` : `is ${value}`;
}

/** "the apple is red ." */
export const statement = (object: string, attribute: Attribute, value: string): string =>
  `the ${object} ${predicate(attribute, value)} .`;

/** The true value of an attribute. */
export const truth = (object: string, attribute: Attribute): string => findObject(object)![attribute];

/** The values an attribute could have had. */
export const otherValues = (object: string, attribute: Attribute): string[] =>
  VALUES[attribute].filter((value) => value !== truth(object, attribute));

export const factFamily: Family<FactTask> = {
  name: "fact",
  purpose: "one attribute (kind, color, size, place, what it does) of one object",
  share: 0.22,
  tasks: () => OBJECTS.flatMap(({ name }) => ATTRIBUTES.map((attribute) => ({ object: name, attribute }))),
  variant: ({ attribute }) => attribute,
  topic: ({ object }) => object,
  phrasings: ({ object, attribute }) => PHRASINGS[attribute].map((phrasing) => phrasing.replace("X", object)),
  shiftPhrasings: ({ object, attribute }) =>
    SHIFT_PHRASINGS[attribute].map((phrasing) => phrasing.replace("X", object)),
  ideal: ({ object, attribute }) => statement(object, attribute, truth(object, attribute)),
  right: ({ object, attribute }, random) => {
    const value = truth(object, attribute);
    return random.uniform() < 0.8 ? statement(object, attribute, value) : `it ${predicate(attribute, value)} .`;
  },
  wrong: ({ object, attribute }, random) => statement(object, attribute, random.choice(otherValues(object, attribute))),
  judge: ({ object, attribute }, sentences) =>
    judgeBySentence(sentences, ({ claim }) => {
      if (claim.type !== "attribute" || claim.attribute !== attribute) return null;
      if (claim.object !== null && claim.object !== object) return null;
      return claim.value === truth(object, attribute) ? "right" : "wrong";
    }),
};
