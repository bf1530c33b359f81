export { type LocalSymbol, localSymbols, notationPage } from "./page";
export { type NotationEntry, notation } from "./symbols";
