/** HTML that a cell showed, as elements, with nothing in it that runs. */
const forbidden = "script, style, link, meta, iframe, object, embed, form, base";

export function safeHtml(source: string): DocumentFragment {
  const { body } = new DOMParser().parseFromString(source, "text/html");
  for (const element of body.querySelectorAll(forbidden)) element.remove();
  for (const element of body.querySelectorAll("*")) {
    for (const { name, value } of [...element.attributes]) {
      const isAddress = ["href", "src", "xlink:href", "action", "formaction"].includes(name);
      const runs = name.startsWith("on") || (isAddress && /^\s*(javascript|vbscript|data:text)/i.test(value));
      if (runs) element.removeAttribute(name);
    }
  }
  const fragment = document.createDocumentFragment();
  fragment.append(...body.childNodes);
  return fragment;
}
