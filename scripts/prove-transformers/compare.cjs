/** What two implementations of one checkpoint are compared by. */
const fs = require("node:fs");
const { isDeepStrictEqual } = require("node:util");
const { HuggingFaceTokenizer } = require("kernel-utils");
const tf = require("@tensorflow/tfjs");

/** Logits [B, T, V] of the rows, each folded into the model's vocabulary. */
async function logitsOf(model, rows) {
  const V = model.config.vocab_size;
  const folded = rows.map((row) => row.map((id) => id % V));
  const tokens = tf.tensor2d(folded, undefined, "int32");
  const logits = model.forward(tokens);
  const values = await logits.data();
  tf.dispose([tokens, logits]);
  return values;
}

/** Float32 logits that Python wrote. */
const readLogits = (file) => new Float32Array(Uint8Array.from(fs.readFileSync(file)).buffer);

function largestDifference(ours, theirs) {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let difference = 0;
  for (let index = 0; index < ours.length; index++) {
    const delta = Math.abs(ours[index] - theirs[index]);
    if (!(delta <= difference)) difference = delta; // a NaN stays
  }
  return difference;
}

/**
 * Token ids, ids with the tokenizer's own frame, decoded text and rendered conversations, each against Python's.
 * @returns counts of comparisons, and the first problems in words
 */
function compareIds(tokenizer, answer, { texts, conversations }) {
  const problems = [];
  const counts = { equal: 0, all: 0 };
  const check = (what, input, ours, theirs) => {
    counts.all += 1;
    if (isDeepStrictEqual(ours, theirs)) counts.equal += 1;
    else if (problems.length < 8)
      problems.push(`${what} of | ours | theirs: ${[input, ours, theirs].map(shown).join(" | ")}`);
  };
  const isTheirKind = tokenizer instanceof HuggingFaceTokenizer;
  texts.forEach((text, index) => {
    check("ids", text, tokenizer.encode(text), answer.ids[index]);
    if (isTheirKind) check("framed ids", text, tokenizer.encode(text, { special: true }), answer.framed[index]);
  });
  [...answer.ids, ...answer.sampled].forEach((ids, index) => {
    check("text", ids, tokenizer.decode(ids, { special: true }), answer.decodedWithSpecial[index]);
    // The course's own leaves <unk> in the text, for learners to see; Hugging Face's leaves it out.
    if (isTheirKind) check("text without special tokens", ids, tokenizer.decode(ids), answer.decoded[index]);
  });
  conversations.forEach((messages, index) => {
    if (answer.prompts) check("prompt", messages, tokenizer.encodePrompt(messages), answer.prompts[index]);
  });
  [tokenizer.bosId, tokenizer.eosId, tokenizer.padId].forEach((id, role) => {
    if (answer.special[role] !== null) check("special id", ["bos", "eos", "pad"][role], id, answer.special[role]);
  });
  return { problems, ...counts };
}

const shown = (value) => JSON.stringify(value).slice(0, 200);

module.exports = { compareIds, largestDifference, logitsOf, readLogits };
