import { type GlossaryTerm, term } from "./term";

const basics = "00-orientation";
const sft = "01-sft";

/** Probability, language models and their training. */
export const modelTerms: readonly GlossaryTerm[] = [
  term(
    "log-probability",
    basics,
    "The natural logarithm of a probability, in nats. Products of probabilities become sums, and tiny ones stay numbers.",
    { aliases: ["log-prob", "log-probabilities"] },
  ),
  term(
    "nat",
    basics,
    "The unit of a natural logarithm: one nat is 1/ln 2, about 1.44 bits. Log-probabilities, entropies and divergences are measured in it.",
    { aliases: ["nats"] },
  ),
  term(
    "logit",
    basics,
    "A number before the softmax, one for each thing that can happen. Only differences between logits matter.",
    { aliases: ["logits"] },
  ),
  term("softmax", basics, "Turns any numbers into a distribution: exponentiate each and divide by the sum.", {
    equation: "ce.1",
  }),
  term(
    "cross-entropy",
    sft,
    "Minus the average log-probability that one distribution gives to what another produces. Language models are trained to make it small.",
    { equation: "sft.4" },
  ),
  term(
    "entropy",
    sft,
    "How uncertain a distribution is, in nats: minus its average log-probability of its own outcomes.",
    { equation: "sft.4" },
  ),
  term(
    "KL divergence",
    basics,
    "How far one distribution is from another, as the average log-ratio of the two under the first. It is never negative, zero only between equals, and not symmetric.",
    { aliases: ["Kullback–Leibler divergence", "KL"], equation: "kl.1" },
  ),
  term(
    "token",
    basics,
    "What a language model reads and writes one at a time: here a word or a mark, in large models mostly a piece of a word.",
    { aliases: ["tokens"] },
  ),
  term("vocabulary", basics, "All tokens a model knows, numbered."),
  term("prompt", basics, "The text a model is given and replies to; written x.", { aliases: ["prompts"] }),
  term("mask", basics, "Zeros and ones beside an array: which entries count. The prompt and the padding do not.", {
    aliases: ["masked"],
  }),
  term(
    "padding",
    basics,
    "Tokens that fill short rows up to the length of the longest, so that a batch is one array. They must count nowhere.",
  ),
  term(
    "gradient",
    basics,
    "The slope of a number by each of many parameters at once: the direction in which it rises fastest.",
    { aliases: ["gradients"] },
  ),
  term(
    "central differences",
    basics,
    "A slope measured by moving a little to both sides. Slow, and independent of how the gradient was derived: a check of it.",
    { aliases: ["central difference"] },
  ),
  term(
    "seed",
    basics,
    "The number a stream of random numbers starts from. The same seed gives the same run, bit for bit.",
    { aliases: ["seeds"] },
  ),
  term(
    "perplexity",
    sft,
    "The exponential of the average negative log-likelihood of a token: among how many equally likely tokens the model seems to choose.",
    { equation: "perplexity" },
  ),
  term(
    "supervised fine-tuning",
    sft,
    "Training a language model on demonstrations: prompts with replies that are to be imitated.",
    { aliases: ["SFT"], equation: "sft.3" },
  ),
  term(
    "maximum likelihood",
    sft,
    "Choosing the parameters under which the data at hand are most probable; the same as making the cross-entropy least.",
    { equation: "sft.3" },
  ),
  term("demonstration", sft, "A prompt with a reply somebody wrote or approved, to be imitated.", {
    aliases: ["demonstrations"],
  }),
  term(
    "end token",
    sft,
    "The token by which a reply says that it is over. It belongs to the reply and counts; without it a model never learns to stop.",
    { aliases: ["EOS"] },
  ),
  term(
    "chat template",
    sft,
    "The fixed way in which prompt and reply become one row of tokens, with marks for who speaks.",
  ),
  term(
    "temperature",
    sft,
    "A divisor of the logits before sampling. Below 1 the likely becomes likelier; at 0 only the likeliest token is left.",
  ),
  term(
    "greedy decoding",
    "06-dpo",
    "Always writing the likeliest next token; the limit of sampling as the temperature goes to 0.",
    { aliases: ["greedy"] },
  ),
  term("held-out prompts", sft, "Prompts that training has not seen, on which is measured what was learnt.", {
    aliases: ["held-out", "held out"],
  }),
  term(
    "bootstrap",
    sft,
    "An interval from the data alone: draw samples of the sample, with replacement, and see how much the mean moves.",
    { aliases: ["bootstrap interval"] },
  ),
  term(
    "gold reward",
    basics,
    "The true reward of the course's small world, known exactly because the world was made. Methods never train on it; they are measured by it.",
    { aliases: ["gold"] },
  ),
];
