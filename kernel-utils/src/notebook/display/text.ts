import { displayHost } from "./host";

/** Shows Markdown with `$…$` mathematics. */
export function markdown(text: string): void {
  displayHost().publish({ "text/markdown": text, "text/plain": text });
}

/** Shows HTML. `text` says the same in words, for terminals, screen readers and untrusted notebooks. */
export function html(source: string, { text }: { text: string }): void {
  displayHost().publish({ "text/html": source, "text/plain": text });
}
