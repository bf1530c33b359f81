/** Making the site out of the pages: executing what has no outputs, running the generator, serving the result. */
export { type BookOptions, type BookReport, buildBook } from "./buildBook";
export { type SiteServer, serveFolder } from "./serve";
export { type ChapterSource, chapterSources, type SourceOptions } from "./sources";
