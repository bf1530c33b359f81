/** The reading site: notebooks as pages. Pure up to the files of a site; `build/` makes them and has them built. */
export type { Asset } from "./assets";
export { type Chapter, type ChapterOptions, chapter, chapterData } from "./chapter";
export { guide, jupyterPage, titleOf } from "./guides";
export { liveFiles } from "./liveFiles";
export { readOutputs } from "./outputs";
export { outsideCode } from "./prose";
export {
  chapterFile,
  chapterFiles,
  type ExtraPage,
  extraFile,
  type PageGroup,
  type SiteFacts,
  type SiteFile,
  siteFacts,
} from "./site";
