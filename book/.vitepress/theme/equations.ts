/** A click on an equation's number goes there, and leaves the address in the clipboard: how one cites a line. */
export function copyEquationLinks(page: HTMLElement): () => void {
  const status = document.createElement("span");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);
  const timers = new Set<number>();
  const copy = (event: Event): void => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a.equation-link");
    if (!link || !navigator.clipboard) return;
    navigator.clipboard.writeText(link.href).then(
      () => {
        link.dataset.copied = "";
        status.textContent = `link to equation ${link.textContent} copied`;
        timers.add(window.setTimeout(() => delete link.dataset.copied, 1600));
      },
      // A browser that gives no clipboard still goes to the equation.
      () => undefined,
    );
  };
  page.addEventListener("click", copy);
  return () => {
    page.removeEventListener("click", copy);
    for (const timer of timers) clearTimeout(timer);
    status.remove();
  };
}
