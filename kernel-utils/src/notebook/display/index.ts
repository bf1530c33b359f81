/** What a notebook cell shows: text, tables, figures and progress. */
export { colors, palette, series, translucent } from "./colors";
export { type FigureJson, type FigureText, figureSvg, inDark } from "./figure";
export { formatValue } from "./formatValue";
export {
  type DisplayHost,
  type DisplayTarget,
  displayHost,
  type MimeBundle,
  type OutputMetadata,
  RecordingHost,
  recordDisplay,
  setDisplayHost,
} from "./host";
export { type LiveChart, type LiveChartOptions, liveChart } from "./liveChart";
export { type Figure, plot } from "./plot";
export { type ProgressBar, type ProgressBarOptions, progressBar } from "./progressBar";
export { type SeedCurveOptions, seedCurve } from "./seedCurve";
export { type Panel, smallMultiples } from "./smallMultiples";
export { type TableLike, type TableOptions, table } from "./table";
export { html, markdown } from "./text";
export { type BarsOptions, bars, type CurveOptions, curve, histogram, points, type Trace } from "./traces";
