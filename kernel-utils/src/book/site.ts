/** The whole site as files: chapters, guides, generated pages, and the facts the theme shows around them. */
import type { Asset } from "./assets";
import type { PageText } from "./blocks";
import { type Chapter, frontMatter } from "./chapter";

/** A page somebody else generates: reference pages, guides. */
export interface ExtraPage {
  /** Of the Markdown file, below the site: `reference/bibliography.md`. */
  path: string;
  title: string;
  markdown: string;
}

/** A heading of the sidebar and the pages below it. */
export interface PageGroup {
  text: string;
  pages: readonly ExtraPage[];
}

export interface SiteFile {
  path: string;
  content: string | Uint8Array;
}

export interface SiteFacts {
  chapters: {
    name: string;
    title: string;
    link: string;
    question: string;
    minutes?: number;
    checkedLines: number;
    exercises: Chapter["exercises"];
  }[];
  sidebar: { text: string; items: SidebarItem[] }[];
  /** Works that equations cite and the bibliography lists. */
  citations: readonly string[];
}

interface SidebarItem {
  text: string;
  link: string;
  collapsed?: boolean;
  items?: SidebarItem[];
}

const linkOf = (path: string): string => `/${path.replace(/(^|(?<=\/))index\.md$|\.md$/, "")}`;

/** The pages of a folder stand below the folder's own page, folded. */
function itemsOf(pages: readonly ExtraPage[]): SidebarItem[] {
  const folders = pages.filter(({ path }) => path.endsWith("/index.md")).map(({ path }) => path.slice(0, -8));
  const item = ({ path, title }: ExtraPage): SidebarItem => ({ text: title, link: linkOf(path) });
  const isBelow = ({ path }: ExtraPage, folder: string): boolean =>
    path.startsWith(folder) && path !== `${folder}index.md`;
  return pages
    .filter((page) => !folders.some((folder) => isBelow(page, folder)))
    .map((page) => {
      const folder = folders.find((one) => page.path === `${one}index.md`);
      if (folder === undefined) return item(page);
      return { ...item(page), collapsed: true, items: pages.filter((one) => isBelow(one, folder)).map(item) };
    });
}

export const siteFacts = (
  chapters: readonly Chapter[],
  groups: readonly PageGroup[],
  citations: readonly string[] = [],
): SiteFacts => ({
  citations,
  chapters: chapters.map(({ name, title, question, minutes, checkedLines, exercises }) => {
    return { name, title, link: `/chapters/${name}`, question, minutes, checkedLines, exercises };
  }),
  sidebar: [
    { text: "The course", items: chapters.map(({ name, title }) => ({ text: title, link: `/chapters/${name}` })) },
    ...groups.filter(({ pages }) => pages.length > 0).map(({ text, pages }) => ({ text, items: itemsOf(pages) })),
  ],
});

export const chapterFile = ({ name }: Pick<Chapter, "name">): string => `chapters/${name}.md`;

/** The files of one chapter, below the folder the site is generated from. */
export const chapterFiles = (made: { name: string; page: PageText; assets: readonly Asset[] }): SiteFile[] => [
  { path: chapterFile(made), content: made.page.text },
  ...made.assets.map(({ path, content, isBundled }) => {
    return { path: `${isBundled ? "" : "public/"}chapters/${path}`, content };
  }),
];

export const extraFile = ({ path, title, markdown }: ExtraPage): SiteFile => ({
  path,
  content: markdown.startsWith("---\n") ? markdown : `${frontMatter({ title })}${markdown}`,
});
