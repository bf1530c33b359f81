import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CourseError } from "../../kernel-utils/src/errors";
import { HuggingFaceTokenizer, readTokenizer, Tokenizer, WordTokenizer } from "../../kernel-utils/src/text";

interface Fixture {
  tokenizer: Record<string, unknown>;
  cases: { text: string; ids: number[]; framed: number[]; decoded: string; decodedWithSpecial: string }[];
  decoded: { ids: number[]; text: string }[];
}

const fixture = (name: string): Fixture =>
  JSON.parse(readFileSync(join(__dirname, "../fixtures/tokenizers", `${name}.json`), "utf8"));
const settings = { bos_token: "<s>", eos_token: { content: "</s>", special: true } };

describe.each(["byteLevelBpe", "sentencePieceBpe", "sentencePieceUnigram"])("%s", (name) => {
  const { tokenizer: content, cases, decoded } = fixture(name);
  const tokenizer = readTokenizer(content, settings) as HuggingFaceTokenizer;

  it.each(cases)("treats $text as the Python package does", ({ text, ids, framed, ...back }) => {
    expect(tokenizer.encode(text)).toEqual(ids);
    expect(tokenizer.encode(text, { special: true })).toEqual(framed);
    expect(tokenizer.decode(ids)).toBe(back.decoded);
    expect(tokenizer.decode(ids, { special: true })).toBe(back.decodedWithSpecial);
  });

  it.each(decoded)("decodes $ids, broken sequences too", ({ ids, text }) => {
    expect(tokenizer.decode(ids)).toBe(text);
  });

  it("frames documents, prompts and replies", () => {
    const [start, end] = [tokenizer.tokens.indexOf("<s>"), tokenizer.tokens.indexOf("</s>")];
    const the = tokenizer.encode("the cat");
    expect([tokenizer.bosId, tokenizer.eosId, tokenizer.padId]).toEqual([start, end, end]);
    expect(tokenizer.encodeDocument("the cat")).toEqual([start, ...the, end]);
    expect(tokenizer.encodePrompt("the cat")).toEqual([start, ...the]);
    expect(tokenizer.encodeCompletion("the cat")).toEqual([...the, end]);
  });

  it("goes through JSON unchanged", () => {
    const copy = JSON.parse(JSON.stringify(tokenizer));
    expect(copy).toEqual(content);
    expect(tokenizer.configJSON()).toEqual(settings);
  });

  it("refuses an id of no token", () => {
    expect(() => tokenizer.decode([3, 5000])).toThrow(/id 5000 is not in the vocabulary; ids are 0 to/);
  });
});

describe("which tokenizer a file gives", () => {
  const { tokenizer: content } = fixture("byteLevelBpe");
  const words = Tokenizer.fromWords(["sky"]);

  it("the course's own for its own", () => {
    const read = readTokenizer(JSON.parse(JSON.stringify(words)), words.configJSON());
    expect(read).toBeInstanceOf(WordTokenizer);
    expect(read.tokens).toEqual(words.tokens);
  });

  it("Hugging Face's for a word-level one of another make", () => {
    const model = { type: "WordLevel", vocab: { "[UNK]": 0, a: 1, end: 2 }, unk_token: "[UNK]" };
    const other = { added_tokens: [], pre_tokenizer: { type: "WhitespaceSplit" }, model };
    const read = readTokenizer(other, {}, { eosId: 2 });
    expect(read).toBeInstanceOf(HuggingFaceTokenizer);
    expect(read.encode("a b a")).toEqual([1, 0, 1]);
  });

  it("of a vocabulary as large as those of today, with holes in its ids", () => {
    const vocab = Object.fromEntries(Array.from({ length: 200_000 }, (_, id) => [`t${id}`, 2 * id]));
    const large = { added_tokens: [], pre_tokenizer: { type: "WhitespaceSplit" }, model: { type: "WordLevel", vocab } };
    const read = readTokenizer(large, { eos_token: "t1" });
    expect([read.vocabularySize, read.tokens[399_998], read.tokens[399_997]]).toEqual([399_999, "t199999", ""]);
    expect(read.encode("t199999 t3")).toEqual([399_998, 6]);
    expect(() => read.encode("t1 t200000")).toThrow(/"t200000" is not in the vocabulary, nor is there a token for the/);
  });

  it("takes ids from config.json where no token is named", () => {
    const read = readTokenizer(content, {}, { bosId: 0, eosId: 1, padId: 5 });
    expect([read.bosId, read.eosId, read.padId]).toEqual([0, 1, 5]);
  });

  it("prefers the tokens named", () => {
    expect(readTokenizer(content, settings, { bosId: 7, eosId: 8 })).toMatchObject({ bosId: 0, eosId: 1, padId: 1 });
  });

  const withVocabulary = (vocab: object) => ({ ...content, model: { ...(content.model as object), vocab } });
  it.each([
    ["no model", {}, settings, /model\.vocab is missing/],
    ["an empty vocabulary", withVocabulary({}), settings, /model\.vocab is empty/],
    ["an id beyond the model's", withVocabulary({ a: 4e9 }), settings, /id 4000000000, ids of this model end at 299/],
    ["an id that is none", withVocabulary({ a: -1 }), settings, /id -1/],
    ["an added token without an id", { ...content, added_tokens: [{ content: "x" }] }, settings, /has id missing/],
    ["an unknown kind of model", { ...content, model: { type: "X", vocab: [] } }, settings, /model\.vocab is empty/],
    ["an unknown splitter", { ...content, pre_tokenizer: { type: "X" } }, settings, /cannot be built .*PreTokenizer/],
    ["an end token of another vocabulary", content, { eos_token: "<eos>" }, /eos_token is "<eos>", not in the voc/],
    ["a chat template that does not parse", content, { ...settings, chat_template: "{% if" }, /chat_template cannot/],
  ])("refuses %s in one line", (_, json, config, message) => {
    const read = () => readTokenizer(json as Record<string, unknown>, config, { vocabularySize: 300 });
    expect(read).toThrow(message);
    expect(read).toThrow(CourseError);
    expect(read).toThrow(/^[^\n]+; [^\n]+$/);
  });

  it("refuses a tokenizer without an end", () => {
    expect(() => readTokenizer(content, {})).toThrow(/no eos_token is named/);
  });
});

describe("a checkpoint's chat template", () => {
  const { tokenizer: content } = fixture("byteLevelBpe");
  const template = [
    "{{ bos_token }}{% for message in messages %}[{{ message['role'] }}] {{ message['content'] | trim }}\n{% endfor %}",
    "{% if add_generation_prompt %}[assistant]{% endif %}",
  ].join("");
  const tokenizer = readTokenizer(content, { ...settings, chat_template: template });

  it("renders the conversation up to the reply", () => {
    const turns = [
      { role: "user", content: " the cat " },
      { role: "assistant", content: "sat" },
      { role: "user", content: "?" },
    ];
    const text = "<s>[user] the cat\n[assistant] sat\n[user] ?\n[assistant]";
    expect(tokenizer.decode(tokenizer.encodePrompt(turns), { special: true })).toBe(text);
    expect(tokenizer.encodePrompt(turns)[0]).toBe(0); // the token, not its letters
    expect(tokenizer.encodePrompt("the cat")).toEqual(tokenizer.encode("<s>[user] the cat\n[assistant]"));
  });

  it("is the one called default where there are several", () => {
    const chat_template = [
      { name: "tool_use", template: "x" },
      { name: "default", template: "the cat" },
    ];
    const several = readTokenizer(content, { ...settings, chat_template });
    expect(several.decode(several.encodePrompt("anything"))).toBe("the cat");
  });

  it("may refuse a role, in one line", () => {
    const strict = readTokenizer(content, { ...settings, chat_template: "{{ raise_exception('no\nsystem') }}" });
    expect(() => strict.encodePrompt("x")).toThrow(/chat_template cannot render this prompt \(no system\)/);
  });

  it("is missed where messages are to be rendered without one", () => {
    const base = readTokenizer(content, settings);
    expect(() => base.encodePrompt([{ role: "user", content: "x" }])).toThrow(/no chat template/);
  });
});
