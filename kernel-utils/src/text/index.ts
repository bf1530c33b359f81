export { type ChatMessage, type ChatText, chatTemplate, renderChat, replyText } from "./chat";
export { specialTokens, Tokenizer } from "./tokenizer";
export { type TokenizerJson, tokenizerConfig } from "./tokenizerJson";
