/** What a figure does in a page: it draws itself, follows the page's theme, and takes the data of a running training. */
import { darkColors } from "./theme";

/**
 * Set up once in a page, by whichever figure comes first; front ends run an output's scripts in any order and may keep
 * or drop older outputs. Until the library has arrived, and where it never does, the still picture stays.
 */
const runtime = `(function () {
  if (window.alignmentFigures) return;
  var dark = ${JSON.stringify(darkColors)};
  var live = {};
  function isDark() {
    var root = document.documentElement, body = document.body, kind = body.dataset;
    if (kind.jpThemeLight) return kind.jpThemeLight === "false";
    if (kind.vscodeThemeKind) return /dark|high-contrast$/.test(kind.vscodeThemeKind);
    if (/vscode-(dark|high-contrast)(\\s|$)/.test(body.className)) return true;
    if (/vscode-/.test(body.className)) return false;
    if (root.classList.contains("dark") || body.classList.contains("dark")) return true;
    if (root.classList.contains("light") || document.getElementById("VPContent")) return false;
    return window.matchMedia("(prefers-color-scheme: dark)").matches;
  }
  function darken(part) {
    if (typeof part === "string") {
      var band = /^rgba\\((\\d+,\\d+,\\d+),([\\d.]+)\\)$/.exec(part);
      return band ? "rgba(" + (dark[band[1]] || band[1]) + "," + band[2] + ")" : dark[part] || part;
    }
    if (Array.isArray(part)) return part.map(darken);
    if (!part || typeof part !== "object") return part;
    var copy = {};
    Object.keys(part).forEach(function (key) { copy[key] = darken(part[key]); });
    return copy;
  }
  function show(box, figure) {
    var themed = isDark() ? darken(figure) : JSON.parse(JSON.stringify(figure));
    if (box.dataset.drawn) return window.Plotly.react(box, themed.data, themed.layout, themed.config);
    var still = box.innerHTML;
    box.dataset.drawn = "yes";
    box.textContent = "";
    try { window.Plotly.newPlot(box, themed.data, themed.layout, themed.config); }
    catch (error) { box.innerHTML = still; throw error; }
  }
  function sourceOf(id) { return document.querySelector('script[data-for="' + id + '"]'); }
  function boxesOf(id) { return document.querySelectorAll('div[data-figure="' + id + '"]'); }
  function figureOf(id) {
    var figure = JSON.parse(sourceOf(id).textContent);
    if (live[id]) figure.data = live[id];
    return figure;
  }
  function redraw() {
    document.querySelectorAll("div[data-figure][data-drawn]").forEach(function (box) {
      if (sourceOf(box.dataset.figure)) show(box, figureOf(box.dataset.figure));
    });
  }
  window.alignmentFigures = {
    draw: function (id) {
      var left = 6000;
      (function wait() {
        var boxes = boxesOf(id);
        if (!window.Plotly || !sourceOf(id) || boxes.length === 0) { if (left-- > 0) setTimeout(wait, 100); return; }
        boxes.forEach(function (box) { if (!box.dataset.drawn) show(box, figureOf(id)); });
      })();
    },
    update: function (id, data) {
      live[id] = data;
      if (!window.Plotly || !sourceOf(id)) return;
      boxesOf(id).forEach(function (box) { if (box.dataset.drawn) show(box, figureOf(id)); });
    }
  };
  var look = isDark();
  function check() { if (isDark() !== look) { look = !look; redraw(); } }
  var watched = { attributes: true, attributeFilter: ["class", "data-jp-theme-light", "data-vscode-theme-kind"] };
  new MutationObserver(check).observe(document.documentElement, watched);
  new MutationObserver(check).observe(document.body, watched);
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", check);
})();`;

/** The script of the figure with this id. */
export const drawScript = (id: string): string => `${runtime}\nwindow.alignmentFigures.draw(${JSON.stringify(id)});`;

/** A script that gives a figure on the page other data, in place; nothing happens where there is no such figure. */
export const updateScript = (id: string, dataJson: string): string =>
  `window.alignmentFigures && window.alignmentFigures.update(${JSON.stringify(id)}, ${dataJson});`;
