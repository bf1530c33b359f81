/** Whatever is wider than the page scrolls by itself; a keyboard reaches it too, and only then. */
const wide = ".equation-body, .output .rich, .output pre, .exercise pre, table";

export function reachScrollable(page: HTMLElement): () => void {
  const mark = (): void => {
    for (const element of page.querySelectorAll<HTMLElement>(wide)) {
      if (element.scrollWidth > element.clientWidth + 1) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  };
  const observer = new ResizeObserver(mark);
  observer.observe(page);
  mark();
  return () => observer.disconnect();
}
