import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  bibliographyFile,
  bibliographyPage,
  citationKeys,
  formatted,
  parseBibliography,
  unknownPapers,
  worksIn,
} from "../../../kernel-utils/src/book/reference/bibliography";
import { referenceSources } from "../../../kernel-utils/src/book/reference/sources";
import { checkNotebooks } from "../../../kernel-utils/src/notebook/source/checkNotebooks";
import { unknownCitations } from "../../../kernel-utils/src/notebook/source/citations";
import { parseNotebook } from "../../../kernel-utils/src/notebook/source/format";
import { root } from "./course";

const text = readFileSync(path.join(root, bibliographyFile), "utf8");
const bibliography = parseBibliography(text, bibliographyFile);
const { citing } = referenceSources(root);

describe("the bibliography", () => {
  it("has every paper that a notebook, an objective or the library cites by its arXiv number", () => {
    expect(
      citing.flatMap(({ name, text: from }) => unknownPapers(from, bibliography).map((id) => `${name}: ${id}`)),
    ).toEqual([]);
  });

  it("has nothing that nobody cites", () => {
    const cited = new Set(citing.flatMap((place) => worksIn(place.text, bibliography).map(({ id }) => id)));
    expect(bibliography.filter(({ id }) => !cited.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it("names each work after its first author and its year", () => {
    const odd = bibliography.filter(({ id, author, issued }) => {
      const name = (author[0].family ?? author[0].literal ?? "")
        .normalize("NFKD")
        .toLowerCase()
        .replace(/[^a-z]/g, "");
      const year = String(issued["date-parts"][0][0]);
      return (
        !(id.startsWith(name) || name.includes(id.replace(/\d.*$/, ""))) || !(id.includes(year) || id === "jurafsky")
      );
    });
    expect(odd.map(({ id }) => id)).toEqual([]);
  });

  it("has arXiv numbers no later than the year it gives", () => {
    const late = bibliography.filter(({ archive_location: paper, issued }) => {
      return paper !== undefined && 2000 + Number(paper.slice(0, 2)) > issued["date-parts"][0][0];
    });
    expect(late.map(({ id }) => id)).toEqual([]);
  });

  it("formats an article, a paper and a book with a link to where it can be read", () => {
    const entry = (id: string): string => formatted(bibliography.find((work) => work.id === id)!);
    expect(entry("bradley1952")).toBe(
      "Ralph Allan Bradley and Milton E. Terry (1952). [*Rank Analysis of Incomplete Block Designs: I. The Method of Paired Comparisons*](https://doi.org/10.2307/2334029). *Biometrika* 39, 324–345. doi:10.2307/2334029.",
    );
    expect(entry("azar2023")).toMatch(
      /^Mohammad Gheshlaghi Azar, .* and Rémi Munos \(2023\)\. \[\*A General .*\*\]\(https:\/\/arxiv\.org\/abs\/2310\.12036\)\. arXiv:2310\.12036\.$/,
    );
    expect(entry("luce1959")).toBe(
      "R. Duncan Luce (1959). *Individual Choice Behavior: A Theoretical Analysis*. Wiley.",
    );
    expect(entry("ouyang2022")).toContain("Alex Ray et al. (2022)");
  });

  it("says on its page who cites DPO's paper: chapters with equations, objectives", () => {
    const { markdown } = bibliographyPage(bibliography, citing, [{ name: "06-dpo", title: "06 · DPO" }]);
    const [entry] = /- <span id="rafailov2023">[\s\S]*?<\/small>/.exec(markdown)!;
    expect(entry).toContain("[06 · DPO](/chapters/06-dpo.md)");
    expect(entry).toContain("[`dpo`](/reference/objectives/dpo.md)");
    expect(entry).toContain("[`optimal-policy`](/reference/objectives/optimal-policy.md)");
  });
});

describe("which works a text names", () => {
  const ids = (said: string): string[] => worksIn(said, bibliography).map(({ id }) => id);
  it.each([
    ["Rafailov et al. 2023, eq. 7", ["rafailov2023"]],
    ["arXiv:2305.18290", ["rafailov2023"]],
    ["\\tag{clip, cited: schulman2017}", ["schulman2017"]],
    ["doi:10.1145/2660193.2660195", ["steele2014"]],
    ["Bradley and Terry 1952; already Zermelo 1929", ["bradley1952", "zermelo1929"]],
    [
      "Y. Bengio, R. Ducharme, P. Vincent, C. Jauvin, *A Neural Probabilistic Language Model*, JMLR 3, 2003",
      ["bengio2003"],
    ],
    // Two of one year: the number behind the name decides.
    ["Rafailov et al. 2024, arXiv:2406.02900", ["rafailov2024scaling"]],
    // A co-author is not a first author.
    ["Ethayarajh, Xu, Muennighoff, Jurafsky, Kiela 2024", ["ethayarajh2024"]],
    ["Rafailov et al. 2019", []],
    ["Lucent 1959", []],
  ])("%s", (said, expected) => expect(ids(said)).toEqual(expected));
});

describe("a bibliography is refused with the place", () => {
  const entry = {
    id: "a2020",
    type: "article",
    title: "T",
    author: [{ family: "A" }],
    issued: { "date-parts": [[2020]] },
  };
  it.each([
    ["no JSON", "[", /b\.json: is not JSON/],
    ["no list", "{}", /is no list/],
    ["a bad id", JSON.stringify([{ ...entry, id: "A 2020" }]), /entry 1: its id is "A 2020"; write author and year/],
    ["a repeated id", JSON.stringify([entry, entry]), /a2020 stands twice, in a2020 and a2020/],
    [
      "a repeated paper",
      JSON.stringify(
        [entry, { ...entry, id: "b2020" }].map((one) => ({ ...one, archive: "arXiv", archive_location: "2001.00001" })),
      ),
      /arXiv:2001\.00001 stands twice, in a2020 and b2020/,
    ],
    ["an unknown field", JSON.stringify([{ ...entry, journal: "J" }]), /a2020: unknown field "journal"/],
    ["no author", JSON.stringify([{ ...entry, author: [] }]), /"author" is \[\]/],
    ["no year", JSON.stringify([{ ...entry, issued: "2020" }]), /"issued" is "2020"; write \{"date-parts"/],
    [
      "a bad number",
      JSON.stringify([{ ...entry, archive: "arXiv", archive_location: "20.1" }]),
      /write "arXiv" and an id as 2305\.18290/,
    ],
    [
      "a number without archive",
      JSON.stringify([{ ...entry, archive_location: "2305.18290" }]),
      /archive "?missing"? with archive_location/,
    ],
    ["an empty title", JSON.stringify([{ ...entry, title: " " }]), /"title" is " ", no text/],
  ])("%s", (_what, given, message) => expect(() => parseBibliography(given, "b.json")).toThrow(message));
});

describe("unknownCitations", () => {
  const notebookText = (source: string): string =>
    JSON.stringify({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
      cells: [{ cell_type: "markdown", id: "prose", metadata: {}, source }],
    });
  const notebook = (source: string) => parseNotebook(notebookText(source), "a.ipynb");
  const messages = (source: string): string[] =>
    unknownCitations(notebook(source), citationKeys(bibliography)).map(
      ({ message, offset }) => `${offset}: ${message}`,
    );

  it("is silent about what the bibliography has", () =>
    expect(messages("$$ x \\tag{a, cited: hong2024} $$ arXiv:2403.07691")).toEqual([]));

  it("names a key it has not, and the nearest one it has", () =>
    expect(messages("$$ x \\tag{a, cited: hong-2024} $$")).toEqual([
      "5: cites hong-2024, which the bibliography has not; did you mean hong2024? Otherwise add it",
    ]));

  it("is a problem of the notebook for align check", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "citations-"));
    try {
      const file = path.join(folder, "a.ipynb");
      writeFileSync(file, notebookText("$$ x \\tag{a, cited: nobody1900} $$"));
      const [{ problems }] = checkNotebooks([file], { citable: citationKeys(bibliography) });
      const cites = (found: string[]): string[] => found.filter((problem) => problem.includes("cites"));
      expect(cites(problems)).toEqual([
        expect.stringMatching(/a\.ipynb \[prose, line 1:6\]: cites nobody1900, which the bibliography/),
      ]);
      expect(cites(checkNotebooks([file])[0].problems)).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("names a paper it has not", () =>
    expect(messages("see arXiv:1234.56789")[0]).toMatch(/^4: cites arXiv:1234\.56789/));
});
