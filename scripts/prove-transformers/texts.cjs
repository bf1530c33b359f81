/** Texts that tokenizers disagree about when they disagree: scripts, spaces, marks, and random characters. */
const { createWorld, Random } = require("kernel-utils");

const chosen = [
  "",
  " ",
  "Once upon a time, there was a little girl named Lily.",
  "  two  spaces   and\ttabs\n\nand lines \r\n end ",
  "It's John's; we'll say they've 12345 things, 3.14 and 1,000,000!",
  "naïve café, Zürich; Ångström ﬁne ½ ① Ⅳ",
  "日本語のテキスト、そして中文。한국어도",
  "Привет, мир! שלום עולם مرحبا بالعالم",
  "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 emoji",
  "e\u0301 combining and \u00e9 composed",
  "zero\u200bwidth, no\u00a0break, narrow\u202fspace, ideographic\u3000space, next\u0085line, mark\ufeffed",
  "def f(x):\n    return x**2  # code\n",
  "<s> in text </s> <unk> <|user|>hello<|end|> <bos><eos> <0x41>",
  "▁ the mark itself ▁▁",
  "is the sky blue ? <user> yes . <assistant>",
  "\u0000\u0001 control",
  "ÀÉÎÕÜ ß ſ İ ı",
];

/** Random characters from ranges that matter, surrogate pairs whole. */
function randomText(random) {
  const ranges = [
    [0x20, 0x7e],
    [0x20, 0x7e],
    [0xa0, 0x17f],
    [0x300, 0x36f],
    [0x2000, 0x206f],
    [0x4e00, 0x4eff],
    [0x1f300, 0x1f5ff],
  ];
  const length = 1 + random.integer(40);
  const characters = Array.from({ length }, () => {
    const [low, high] = ranges[random.integer(ranges.length)];
    return String.fromCodePoint(low + random.integer(high - low + 1));
  });
  return characters.join("");
}

const random = new Random("texts");
const world = createWorld(0);
const words = [...world.vocabulary];
const sentence = () => Array.from({ length: 12 }, () => words[random.integer(words.length)]).join(" ");

const proofTexts = [
  ...chosen,
  ...Array.from({ length: 60 }, sentence),
  ...Array.from({ length: 120 }, () => randomText(random)),
];

const trainingTexts = [...chosen.slice(2, 10), ...Array.from({ length: 400 }, sentence)];

const conversations = [
  [{ role: "user", content: "is the sky blue ?" }],
  [
    { role: "user", content: "is it ?" },
    { role: "assistant", content: "yes ." },
    { role: "user", content: "  why so, Lily?" },
  ],
];

/** Ids as an untrained model might draw them, each tokenizer folds them into its vocabulary; broken UTF-8 among them. */
const idRows = Array.from({ length: 150 }, () =>
  Array.from({ length: 1 + random.integer(20) }, () => random.integer(49_999)),
);

module.exports = { idRows, proofTexts, trainingTexts, conversations };
