import fc from "fast-check";
import { sanitiseHtml } from "../../kernel-utils/src/book/sanitise";

/** Every tag opened is closed, in order: what a template compiler insists on. */
function isBalanced(html: string): boolean {
  const open: string[] = [];
  for (const [, slash, name] of html.matchAll(/<(\/?)([a-z0-9]+)(?:\s[^>]*)?>/g)) {
    if (["br", "hr", "img", "col", "wbr"].includes(name)) continue;
    if (!slash) open.push(name);
    else if (open.pop() !== name) return false;
  }
  return open.length === 0;
}

describe("HTML of an output", () => {
  it("keeps tables with their alignment, as the course's own tables come", () => {
    const table =
      '<table class="course-table"><caption style="text-align:left">π</caption><tbody><tr><td style="text-align:right">5</td></tr></tbody></table>';
    expect(sanitiseHtml(table)).toBe(table);
  });

  it.each([
    ["a script", "<script>alert(1)</script>", ""],
    ["a script that hides its end", "<script>x='</scr'+'ipt>'</script >ok", "ok"],
    ["a script without an end", "a<script>b", "a"],
    ["a style sheet", "<style>body{display:none}</style>ok", "ok"],
    ["a frame", '<iframe src="https://example.org">x</iframe>ok', "ok"],
    ["an event handler", '<p onclick="alert(1)">x</p>', "<p>x</p>"],
    ["an event handler without a space before it", '<p class="a"onclick=alert(1)>x</p>', '<p class="a">x</p>'],
    ["a directive of Vue", '<p v-html="x" :title="y" @click="z" #s="t">x</p>', "<p>x</p>"],
    ["a script's address", '<a href="javascript:alert(1)">x</a>', "<a>x</a>"],
    ["a script's address in entities", '<a href="java&#115;cript:alert(1)">x</a>', "<a>x</a>"],
    ["a picture from elsewhere", '<img src="https://example.org/pixel.png" alt="x">', '<img alt="x">'],
    ["a style that loads", '<p style="background:url(https://example.org/x)">x</p>', "<p>x</p>"],
    ["a style that covers the page", '<p style="position:fixed;inset:0">x</p>', "<p>x</p>"],
    ["a component of the site", '<LiveNotebook name="x"></LiveNotebook>ok', "ok"],
    ["a comment", "a<!-- <p> -->b", "ab"],
    ["a conditional comment without an end", "a<!--[if IE]><p>", "a"],
    ["a form field, with what is in it", "<textarea><p></textarea>ok", "ok"],
  ])("drops %s", (_, html, expected) => expect(sanitiseHtml(html)).toBe(expected));

  it("closes what is left open, and closes nothing that was not opened", () => {
    expect(sanitiseHtml("</div><p><b>x</p>y</section>")).toBe("<p><b>x</b></p>y");
  });

  it("leaves a bare < and & as text", () => {
    expect(sanitiseHtml("1 < 2 & 3 &amp; 4 <")).toBe("1 &lt; 2 &amp; 3 &amp; 4 &lt;");
  });

  it("keeps a drawing in the spelling SVG has", () => {
    const svg = '<svg viewBox="0 0 1 1"><path d="M0 0"></path></svg>';
    expect(sanitiseHtml('<svg VIEWBOX="0 0 1 1" onload="x()"><path d="M0 0"/></svg>')).toBe(svg);
  });

  it("gives balanced HTML without scripts, handlers or directives for anything", () => {
    const piece = fc.constantFrom(
      ...["<", ">", "/", "</", "<p>", "</p>", "<div", ' a="', '"', "'", "<script>", "</script>", "<!--", "-->", "<b/>"],
      ...[
        " onclick=x",
        " v-html=x",
        " style=color:red",
        "{{ x }}",
        "&lt;",
        "<svg>",
        "<img src=x>",
        "x",
        "\n",
        "=",
        "<![CDATA[",
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const safe = sanitiseHtml(pieces.join(""));
        const tags = [...safe.matchAll(/<[^>]*>/g)].map(([tag]) => tag).join("");
        expect(isBalanced(safe)).toBe(true);
        expect(tags).not.toMatch(/<script|\son\w+=|\sv-|<img[^>]*src=/i);
        expect(sanitiseHtml(safe)).toBe(safe);
      }),
      { numRuns: 500 },
    );
  });

  it("is quick on long runs of openings", () => {
    const started = Date.now();
    sanitiseHtml("<a ".repeat(50_000));
    expect(Date.now() - started).toBeLessThan(5_000);
  });
});
