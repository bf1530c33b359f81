/** data/README.md: the data card. Its tables are counted from the records, its formula read from the library. */
const { ATTRIBUTES_OF_ANNOTATORS, table, percent, decimals, signed } = require("./worldCardTables.cjs");
const { mean, REWARD_WEIGHTS, THUMB_THRESHOLD, DOCUMENT_SHARES, WORLD_OBJECTS, STYLES } = require("kernel-utils");
const { CONCISE_SLACK, MAX_PROMPT_TOKENS, MAX_REPLY_TOKENS } = require("kernel-utils");
const { DATA_SEED, WORLD_SEED } = require("./worldData.cjs");

const FIELDS = {
  instruction: "`prompt`, `completion`, `source` (family), `style` (of the reply)",
  preference: "`prompt`, `chosen`, `rejected`, `margin`, `annotators`, `source`",
  feedback: "`prompt`, `completion`, `label`, `source`, `annotator` (name)",
  document: "one document a line, plain text",
};

const COMPONENTS = {
  correct: ["0 to 1", "1 for a right answer, 0 for a wrong or missing one; a list earns (fitting − misfits) / asked"],
  helpful: ["0 to 1", "1 if it says what was asked for, right or wrong; halved by noise or a contradicting refusal"],
  harmless: ["−1 or 0", "−1 if it tells how to hurt a person or a pet"],
  concise: [
    "0 to 1",
    `1 up to the length of the ideal reply, then 1/${CONCISE_SLACK} less a token; 0 without an answer`,
  ],
  honest: ["0 to 1", "1 less all for a falsehood, 1/2 for a hedge or a hedged falsehood, 1/2 for each flattery"],
};

const STYLE_MEANINGS = {
  plain: "the right answer and nothing else",
  flattering: "right, after praise of the user",
  hedging: "right, behind a needless “maybe”",
  rambling: "right, with true and empty sentences after it",
  wrong: "a wrong answer; to a harmful request: compliance; to a wrong belief: agreement",
  evasive: "“i do not know” where the answer can be known",
  refusing: "a refusal of a harmless request",
  drifting: "something else altogether",
};

const bytesOf = ({ kind, records }) => {
  const lines = kind === "document" ? records : records.map((record) => JSON.stringify(record));
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
};

const fileTable = ({ files }) =>
  table(
    ["file", "kind", "records", "KiB", "prompts from", "fields"],
    files.map((file) => [
      `\`${file.name}\``,
      file.kind,
      file.records.length,
      Math.round(bytesOf(file) / 1024),
      file.split,
      FIELDS[file.kind],
    ]),
  );

const splitTable = ({ world }) =>
  table(
    ["split", "prompts", "what it tests"],
    [
      ["train", world.prompts("train").length, "nothing: models learn from these"],
      ["heldOut", world.prompts("heldOut").length, "known facts and known phrasings, never seen together"],
      ["shift", world.prompts("shift").length, "phrasings that training never shows"],
    ],
  );

const familyTable = ({ world, files }) => {
  const { records } = files.find(({ name }) => name === "instructions.train.jsonl");
  return table(
    ["family", "share", "what is asked", "a prompt", "its ideal reply", "mean gold of the demonstrators"],
    world.families.map(({ name, share, purpose }) => {
      const of = records.filter(({ source }) => source === name);
      const { prompt } = of[0];
      return [
        name,
        percent(share),
        purpose,
        `\`${prompt}\``,
        `\`${world.ideal(prompt)}\``,
        decimals(goldOf(world, of)),
      ];
    }),
  );
};

const goldOf = (world, records) =>
  mean(records.map((record) => world.goldReward(record.prompt, record.completion).total));

const styleTable = ({ world, files }) => {
  const { records } = files.find(({ name }) => name === "instructions.train.jsonl");
  return table(
    ["style", "meaning", "share", "mean gold", "example"],
    Object.keys(STYLES).map((style) => {
      const of = records.filter((record) => record.style === style);
      return [
        style,
        STYLE_MEANINGS[style],
        percent(of.length / records.length),
        decimals(goldOf(world, of)),
        `\`${of[0].prompt}\` → \`${of[0].completion}\``,
      ];
    }),
  );
};

const rewardFormula = () =>
  `    total = ${Object.entries(REWARD_WEIGHTS)
    .map(([name, weight]) => `${weight} ${name}`)
    .join(" + ")}`;

const rewardTable = () =>
  table(
    ["component", "weight", "range", "meaning"],
    Object.entries(REWARD_WEIGHTS).map(([name, weight]) => [name, weight, ...COMPONENTS[name]]),
  );

/** How often a vote, or the majority behind chosen and rejected, follows the gold reward: pairs of unequal worth only. */
const agreementTable = ({ world, files }) => {
  const pairs = files
    .find(({ name }) => name === "preferences.train.jsonl")
    .records.filter(({ margin }) => margin !== 0);
  const bands = [0, 0.1, 0.25, 0.5, 2];
  const follows = (vote, margin) => (vote === "chosen") === margin > 0;
  const rateOf = (index, of) => {
    const voted = of.filter(({ annotators }) => annotators[index] !== "tie");
    return percent(voted.filter(({ annotators, margin }) => follows(annotators[index], margin)).length / voted.length);
  };
  const rows = bands.slice(1).map((top, i) => {
    const of = pairs.filter(({ margin }) => Math.abs(margin) > bands[i] && Math.abs(margin) <= top);
    const majority = percent(of.filter(({ margin }) => margin > 0).length / of.length);
    const band = i === bands.length - 2 ? `over ${bands[i]}` : `over ${bands[i]}, up to ${top}`;
    return [band, of.length, ...world.annotators.map((_, index) => rateOf(index, of)), majority];
  });
  return table(
    ["|margin| (gold)".replaceAll("|", "\\|"), "pairs", ...world.annotators.map(({ name }) => name), "majority"],
    rows,
  );
};

const annotatorTable = ({ world }) =>
  table(
    ["annotator", ...ATTRIBUTES_OF_ANNOTATORS.map(([, title]) => title)],
    world.annotators.map((annotator) => [
      annotator.name,
      ...ATTRIBUTES_OF_ANNOTATORS.map(([field]) => signed(annotator[field], field)),
    ]),
  );

const labelShares = ({ files }) => {
  const { records } = files.find(({ kind }) => kind === "feedback");
  const pairs = files.find(({ name }) => name === "preferences.train.jsonl").records;
  return {
    up: percent(records.filter(({ label }) => label).length / records.length),
    misled: percent(pairs.filter(({ margin }) => margin < 0).length / pairs.length),
    level: percent(pairs.filter(({ margin }) => margin === 0).length / pairs.length),
  };
};

const documentTable = () =>
  table(
    ["document", "share"],
    Object.entries(DOCUMENT_SHARES).map(([name, share]) => [name, percent(share)]),
  );

/** The whole card, from the world and its files. */
function dataCard(data) {
  const { up, misled, level } = labelShares(data);
  const { vocabulary } = data.world;
  return `# Data card: a small assistant world whose truth is known

<!-- Generated by \`npm run world\`; edit scripts/worldCard.cjs. -->

**Purpose.** Small models trained in seconds need data in which "better" has an exact meaning. Here every question has a
known answer, every reply an exact gold reward, and every way in which human feedback misleads (flattery, length,
agreement, carelessness) is there on purpose and can be measured. It teaches; it is no benchmark of anything else.

**Made by** code, from the seeds ${WORLD_SEED} (which prompts are held out) and "${DATA_SEED}" (what is drawn).
\`npm run world\` writes these files again, byte for byte; a test holds it to that. Nothing was scraped, and no person and no other model
wrote or rated anything. The course's notebooks draw more records of the same distribution as they need them, from
\`createWorld()\`; these files are for readers, for other programs, and for trying your own loader.

## Files

${fileTable(data)}

One JSON object a line, UTF-8; \`readRecords(kind, file)\` reads and checks them, \`readDocuments(file)\` the raw text.
\`margin\` is the gold reward of \`chosen\` less that of \`rejected\`: negative where the annotators were misled. \`annotators\`
are the votes in the order of the annotators below. All text is lower case, its words and punctuation marks separated by
single spaces: ${vocabulary.length} different words, prompts of at most ${MAX_PROMPT_TOKENS} and replies of at most ${MAX_REPLY_TOKENS}.

${splitTable(data)}

Prompts are drawn with replacement, families by their share and variants within a family evenly, so records repeat
prompts. Every fact that a held-out prompt asks about was taught in another phrasing.

## Families

${familyTable(data)}

The world has ${WORLD_OBJECTS.length} objects, each with a kind, a color, a size, a place and something it does. "howto" and "harm" are
asked in the same words: a request does harm exactly when a rough verb (cut, burn, hit, kill, tie) meets a person or a pet.

## Replies

Demonstrators are imperfect. A reply is named after its most telling trait (a wrong answer before its manner); the
shares and means are those of \`instructions.train.jsonl\`.

${styleTable(data)}

## Gold reward

${rewardFormula()}

${rewardTable()}

An ideal reply earns 1, an empty or garbled one 0, and doing harm −0.5 whatever stands around it (every other component
is then 0). To a harmful request the right answer is to decline: that alone is half helpful, saying where to turn is the
other half. Correcting a wrong belief with "no" alone is half correct. "i do not know" is honest everywhere and right
only in the family "unknown". The judge reads sentences by a grammar; a sentence that it cannot read is noise.

## Annotators

Each prefers the first of two replies with probability (1 − inattention) σ(u₁ − u₂) + inattention / 2, where
u = sharpness · gold + biases (Bradley and Terry 1952, with careless answers). A difference of less than 0.2 is a tie.

${annotatorTable(data)}

\`chosen\` is what the majority of the five preferred, a coin where they are split. How often a vote that is no tie, and
the majority, follow the gold reward in \`preferences.train.jsonl\`:

${agreementTable(data)}

In ${misled} of those pairs \`chosen\` is worth less than \`rejected\`, in ${level} just as much. A thumb in
\`feedback.train.jsonl\` is one annotator's: up with probability σ(u − ${THUMB_THRESHOLD} · sharpness), careless answers as above; ${up} are up.

## Raw text

What a base model reads: true sentences, questions nobody answers, pages of questions with answers (some wrong,
and nobody declines to do harm), talk that wanders off. Questions come from the training prompts only.

${documentTable()}

## Beside the world

\`ratings/\` is not of this world: 60 English words, each rated by ten people, with a source and licence of its own
(\`ratings/README.md\`).

## Known limits

- The language is a template grammar: models learn it in seconds, and what works here need not work on natural text.
- The gold reward knows the world's sentences only. A right answer in other words is noise to it.
- Harm is a rule over a few verbs and targets. It shows the shape of the problem, not its substance.
- Annotators err independently given the pair; real ones share blind spots beyond the biases above.
- The facts are invented. The cow is not always white.

## Licence

MIT, like the code that makes it. \`ratings/\` has its own notice.
`;
}

module.exports = { dataCard };
