/** A figure in its forms: plotly's JSON, HTML, and a still picture. */
export { type FigureOutput, figureBundle } from "./figureBundle";
export { type Figure, figureJson } from "./figureJson";
export { type FigureText, figureSvg } from "./figureSvg";
export type { FigureJson } from "./model";
export { darkTheme, inDark, lightTheme } from "./theme";
