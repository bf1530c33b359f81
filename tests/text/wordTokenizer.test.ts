import { CourseError } from "../../kernel-utils/src/errors";
import { renderChat, replyText, Tokenizer } from "../../kernel-utils/src/text";

const tokenizer = Tokenizer.fromWords(["is", "the", "sky", "blue", "?", "yes", ".", "the"]);

it("numbers the special tokens first and a repeated word once", () => {
  expect(tokenizer.tokens.slice(0, 8)).toEqual([
    "<pad>",
    "<bos>",
    "<eos>",
    "<unk>",
    "<user>",
    "<assistant>",
    "is",
    "the",
  ]);
  expect(tokenizer.vocabularySize).toBe(13);
});

it("gives the text back", () => {
  expect(tokenizer.encode("is the sky blue ?")).toEqual([6, 7, 8, 9, 10]);
  expect(tokenizer.decode(tokenizer.encode("is the sky blue ?"))).toBe("is the sky blue ?");
});

it("shows an unknown word as <unk> and names it", () => {
  expect(tokenizer.decode(tokenizer.encode("the green sky"))).toBe("the <unk> sky");
  expect(tokenizer.unknownWords("green sky green sea")).toEqual(["green", "sea"]);
});

it("frames a prompt and a reply by the chat template", () => {
  expect(tokenizer.encodePrompt("sky blue ?")).toEqual([1, 4, 8, 9, 10, 5]);
  expect(tokenizer.encodeCompletion("yes .")).toEqual([11, 12, 2]);
  expect(tokenizer.encodeDocument("sky")).toEqual([1, 8, 2]);
});

it("renders several turns, each reply closed by <eos>", () => {
  const turns = [
    { role: "user", content: "sky ?" },
    { role: "assistant", content: "blue" },
    { role: "user", content: "yes ?" },
  ];
  expect(renderChat(turns, { addGenerationPrompt: true })).toBe(
    "<bos> <user> sky ? <assistant> blue <eos> <user> yes ? <assistant>",
  );
  expect(tokenizer.encodePrompt(turns)).toEqual([1, 4, 8, 10, 5, 9, 2, 4, 11, 10, 5]);
  expect(() => renderChat([{ role: "system", content: "" }])).toThrow(/role "system"/);
  expect(() => replyText(turns)).toThrow(/\[user, assistant, user\]/);
});

it("recognises special tokens without white space, as the JSON tells Hugging Face to", () => {
  expect(tokenizer.encode("<bos><user>sky")).toEqual([1, 4, 8]);
});

it("splits at Unicode's white space, as Hugging Face does, not at JavaScript's", () => {
  expect(tokenizer.encode("sky\u0085blue\u3000?")).toEqual([8, 9, 10]); // next line, ideographic space
  expect(tokenizer.encode("sky\ufeffblue")).toEqual([3]); // a byte order mark is none
});

it("keeps special tokens out of decoded text unless asked", () => {
  expect(tokenizer.decode([1, 4, 8, 2])).toBe("sky");
  expect(tokenizer.decode([1, 4, 8, 2], { special: true })).toBe("<bos> <user> sky <eos>");
  expect(() => tokenizer.decode([13])).toThrow(/id 13 .* 0 to 12/);
});

it("writes Hugging Face's tokenizer.json and reads it back", () => {
  const json = JSON.parse(JSON.stringify(tokenizer));
  expect(json.model).toMatchObject({ type: "WordLevel", unk_token: "<unk>" });
  expect(json.model.vocab.sky).toBe(8);
  expect(json.pre_tokenizer).toEqual({ type: "WhitespaceSplit" });
  expect(json.added_tokens[5]).toEqual({
    id: 5,
    content: "<assistant>",
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  });
  expect(Tokenizer.fromJSON(json).tokens).toEqual(tokenizer.tokens);
});

it.each([
  ["another model", (json: Record<string, never>) => ({ ...json, model: { type: "BPE", vocab: {} } }), /"BPE"/],
  ["another splitter", (json: Record<string, never>) => ({ ...json, pre_tokenizer: { type: "ByteLevel" } }), /"ByteL/],
  ["a hole in the ids", (json: { model: { vocab: object } }) => withVocabulary(json, { sky: 40 }), /no token has id 8/],
  [
    "moved specials",
    (json: { model: { vocab: object } }) => withVocabulary(json, { "<pad>": 6, is: 0 }),
    /id 0 is "is"/,
  ],
])("refuses a tokenizer.json with %s", (_, change, message) => {
  const json = JSON.parse(JSON.stringify(tokenizer));
  expect(() => Tokenizer.fromJSON(change(json))).toThrow(message);
  expect(() => Tokenizer.fromJSON(change(json))).toThrow(CourseError);
});

const withVocabulary = (json: { model: { vocab: object } }, changed: object) => ({
  ...json,
  model: { ...json.model, vocab: { ...json.model.vocab, ...changed } },
});

it("refuses a word with a space, which could never be matched", () => {
  expect(() => Tokenizer.fromWords(["two words"])).toThrow(/"two words" is not one word/);
});
