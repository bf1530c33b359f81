export { type ChatMessage, type ChatText, chatTemplate, renderChat, replyText } from "./chat";
export { HuggingFaceTokenizer } from "./huggingFaceTokenizer";
export { readTokenizer } from "./readTokenizer";
export { Tokenizer } from "./tokenizer";
export { specialTokens, WordTokenizer } from "./wordTokenizer";
export { type TokenizerJson, tokenizerConfig } from "./wordTokenizerJson";
