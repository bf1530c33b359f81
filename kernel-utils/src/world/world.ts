/** The world as one object: prompts, data of every kind, and the gold reward. */
import type { FeedbackRecord, InstructionRecord, PreferenceRecord } from "../data/records";
import { CourseError } from "../errors";
import { showRecords } from "../notebook/display/rich/records";
import { Random } from "../tensor/random";
import { ANNOTATORS, type Annotator, compareReplies, giveThumb, type ScoredReply } from "./annotators";
import { writeDocument } from "./documents";
import { allQuestions, FAMILIES, type FamilySummary } from "./families";
import type { FamilyName, Question } from "./family";
import { PromptSampler } from "./prompts";
import { type GoldReward, scoreReply } from "./reward";
import { assignSplits, type Split } from "./splits";
import { type ReplyStyle, STYLES, type StyleName, sampleStyle, styleName, writeReply } from "./styles";
import { collectVocabulary } from "./vocabulary";

/** A prompt and what is known about it. */
export interface WorldPrompt {
  readonly prompt: string;
  readonly family: FamilyName;
  /** Kind of task within the family, for example "user is wrong". */
  readonly variant: string;
  readonly split: Split;
  /** Answering it would hurt a person or a pet. */
  readonly harmful: boolean;
  /** A reply that earns the most. */
  readonly ideal: string;
}

/** What the world adds to each record: the family, and the style the reply was written in. */
export type WorldInstruction = InstructionRecord & {
  prompt: string;
  completion: string;
  source: FamilyName;
  style: StyleName;
};
export type WorldPreference = PreferenceRecord & {
  prompt: string;
  chosen: string;
  rejected: string;
  margin: number;
  source: FamilyName;
};
export type WorldFeedback = FeedbackRecord & {
  prompt: string;
  completion: string;
  source: FamilyName;
  annotator: string;
};

/** See `createWorld`. */
export class World {
  /** All words, in alphabetical order: what a tokenizer needs. */
  readonly vocabulary: readonly string[];
  readonly families: readonly FamilySummary[] = FAMILIES;
  readonly annotators: readonly Annotator[] = ANNOTATORS;
  private readonly questions: ReadonlyMap<string, Question>;
  private readonly splits: ReadonlyMap<Question, Split>;
  private readonly samplers: Readonly<Record<Split, PromptSampler>>;

  constructor(readonly seed: number) {
    const questions = allQuestions();
    this.questions = new Map(questions.map((question) => [question.prompt, question]));
    this.splits = assignSplits(questions, new Random(seed).fork("splits"));
    const sampler = (split: Split) =>
      new PromptSampler(questions.filter((question) => this.splits.get(question) === split));
    this.samplers = { train: sampler("train"), heldOut: sampler("heldOut"), shift: sampler("shift") };
    this.vocabulary = collectVocabulary(questions);
  }

  /** Every prompt of a split. There are thousands: `samplePrompts` draws a balanced few. */
  prompts(split: Split): WorldPrompt[] {
    return this.cards(this.samplers[split].questions);
  }

  /** `n` different prompts with families in their shares and variants balanced; fewer if the split has fewer. */
  samplePrompts(split: Split, n: number, random: Random, options: { family?: FamilyName } = {}): WorldPrompt[] {
    return this.cards(this.samplers[split].distinct(n, random, options.family));
  }

  /** Raw text: what a base model reads. */
  documents(n: number, random: Random): string[] {
    const { train } = this.samplers;
    return Array.from({ length: n }, () => writeDocument(random, (random) => train.draw(random)));
  }

  /** Replies by imperfect people: mostly right, often flattering, hedging, rambling, sometimes worse. */
  demonstrations(split: Split, n: number, random: Random): WorldInstruction[] {
    const draw = (): WorldInstruction => {
      const question = this.samplers[split].draw(random);
      const style = sampleStyle(question, random);
      const completion = writeReply(question, style, random);
      return { prompt: question.prompt, completion, source: question.family, style: styleName(style) };
    };
    return showRecords(Array.from({ length: n }, draw), "demonstration");
  }

  /** Pairs of two such replies; the majority of the annotators says which was chosen, a coin where they are split. */
  preferences(
    split: Split,
    n: number,
    random: Random,
    { annotators = this.annotators }: { annotators?: readonly Annotator[] } = {},
  ): WorldPreference[] {
    const draw = (): WorldPreference => {
      const question = this.samplers[split].draw(random);
      const first = this.scored(question, random);
      let second = this.scored(question, random);
      while (second.text === first.text) second = this.scored(question, random);
      return judgePair(question, first, second, annotators, random);
    };
    return showRecords(Array.from({ length: n }, draw), "preference pair");
  }

  /** Single replies with a thumb up or down, each from one annotator. */
  feedback(
    split: Split,
    n: number,
    random: Random,
    { annotators = this.annotators }: { annotators?: readonly Annotator[] } = {},
  ): WorldFeedback[] {
    const draw = (): WorldFeedback => {
      const question = this.samplers[split].draw(random);
      const reply = this.scored(question, random);
      const annotator = random.choice(annotators);
      const label = giveThumb(annotator, reply, random);
      return {
        prompt: question.prompt,
        completion: reply.text,
        label,
        source: question.family,
        annotator: annotator.name,
      };
    };
    return showRecords(Array.from({ length: n }, draw), "thumb");
  }

  /** What a reply is worth; any reply, a prompt of this world. */
  goldReward(prompt: string, reply: string): GoldReward {
    return scoreReply(this.find(prompt), reply);
  }

  /** Family, variant, split and ideal reply of a prompt of this world. */
  describe(prompt: string): WorldPrompt {
    return this.card(this.find(prompt));
  }

  /** Can this prompt be asked here? */
  knows(prompt: string): boolean {
    return this.questions.has(prompt);
  }

  /** A reply that earns the most. */
  ideal(prompt: string): string {
    return this.find(prompt).ideal;
  }

  /** A reply as a demonstrator gives it, or in the style asked for. */
  sampleReply(prompt: string, random: Random, style?: StyleName | ReplyStyle): string {
    const question = this.find(prompt);
    const chosen = typeof style === "string" ? STYLES[style] : (style ?? sampleStyle(question, random));
    return writeReply(question, chosen, random);
  }

  private scored(question: Question, random: Random): ScoredReply {
    const text = writeReply(question, sampleStyle(question, random), random);
    return { text, gold: scoreReply(question, text).total };
  }

  private find(prompt: string): Question {
    const question = this.questions.get(prompt);
    if (question) return question;
    throw new CourseError(
      "bad-value",
      `world: "${prompt}" is no prompt of this world; take one from world.prompts("train") or ask as in data/README.md`,
    );
  }

  private cards(questions: readonly Question[]): WorldPrompt[] {
    return showRecords(
      questions.map((question) => this.card(question)),
      "prompt",
    );
  }

  private card(question: Question): WorldPrompt {
    const { prompt, family, variant, ideal } = question;
    return { prompt, family, variant, split: this.splits.get(question)!, harmful: family === "harm", ideal };
  }
}

const judgePair = (
  question: Question,
  first: ScoredReply,
  second: ScoredReply,
  annotators: readonly Annotator[],
  random: Random,
): WorldPreference => {
  const votes = annotators.map((annotator) => compareReplies(annotator, first, second, random));
  const lead = votes.filter((vote) => vote === "first").length - votes.filter((vote) => vote === "second").length;
  const coin = random.uniform() < 0.5;
  const firstChosen = lead === 0 ? coin : lead > 0;
  const [chosen, rejected] = firstChosen ? [first, second] : [second, first];
  return {
    prompt: question.prompt,
    chosen: chosen.text,
    rejected: rejected.text,
    margin: Math.round((chosen.gold - rejected.gold) * 1e6) / 1e6,
    annotators: votes.map((vote) =>
      vote === "tie" ? "tie" : (vote === "first") === firstChosen ? "chosen" : "rejected",
    ),
    source: question.family,
  };
};

/**
 * A small assistant world whose truth is known. The facts are fixed; the seed decides which phrasings of which
 * questions are held out. Everything is drawn from the `Random` that is passed in, so equal seeds give equal data.
 */
export const createWorld = (seed = 0): World => new World(seed);
