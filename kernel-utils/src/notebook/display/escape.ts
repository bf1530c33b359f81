export { escapeHtml } from "../../escapeHtml";

/** JSON made safe inside a `<script>`: no `</script>`, no `<!--`, and typed arrays written as plain arrays. */
export function jsonForScript(value: unknown): string {
  const plain = (_key: string, entry: unknown) =>
    ArrayBuffer.isView(entry) && !(entry instanceof DataView) ? Array.from(entry as Float64Array) : entry;
  return JSON.stringify(value, plain)
    .replace(/</g, "\\u003c")
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
}

/** JavaScript made safe inside a `<script>` element. */
export const scriptForHtml = (source: string): string => source.replace(/<(?=\/script|!--)/gi, "\\x3c");
