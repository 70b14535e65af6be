import type { RunRecord, Summary } from "../measure/run-record.js";
import type { Scenario } from "../scenario/scenario.js";
import { coldStartGantt } from "./gantt-plot.js";
import { STYLE } from "./html-style.js";
import { cards, expectationTable, scopeTables, storyTable, warningList } from "./html-tables.js";
import { loadAgainstTarget } from "./load-plot.js";
import { whatNext } from "./next-steps.js";
import { clock, span } from "./number-words.js";
import type { RunDigest } from "./run-digest.js";
import { scalingTerms } from "./scaling-terms.js";
import { trafficSplit } from "./split-plot.js";
import { escapeMarkup } from "./svg.js";
import { verdict } from "./table.js";

/** Characters of the scenario that a page takes. */
const LONGEST_SCENARIO = 1_000_000;

/**
 * The whole report as one page that opens from disk: no script, no font, picture or style from elsewhere. Everything the
 * user wrote appears as text, whatever markup it holds.
 *
 * @param digest must have seen the run's timeline, decisions and events
 * @returns the page in pieces, to be written one after another
 */
export function* indexHtml(
  run: RunRecord,
  scenario: Scenario,
  digest: RunDigest,
  options: { readonly charts: readonly { readonly title: string; readonly svg: string }[]; readonly command: string },
): IterableIterator<string> {
  const { summary } = run;
  const terms = scalingTerms(scenario);
  const title = escapeMarkup(summary.scenario);
  yield `<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${title}, seed ${escapeMarkup(String(summary.seed))} – knsim</title>\n<style>${STYLE}</style>\n</head>\n<body>\n<main>\n`;
  yield header(summary, scenario);
  yield cards(summary);
  yield hints(summary);
  yield section("Expectations", expectationTable(summary.expectations));
  for (const chart of options.charts)
    yield section(chart.title, `<div class="chart">${inline(chart.svg, chart.title)}</div>`);
  yield section("Traffic split", trafficSplit(digest));
  yield section("Load against target", loadAgainstTarget(digest, terms));
  yield section("Cold starts", coldStartGantt(digest));
  yield section("What happened, and why", storyTable(run, terms));
  yield section("Revisions and services", scopeTables(summary));
  yield section("Warnings", warningList(summary.warnings));
  yield section(
    "Reproduce this run",
    `<p>The same scenario, seed and version of knsim give the same report, byte for byte.</p><pre>${escapeMarkup(options.command)}</pre>` +
      completeScenario(scenario),
  );
  yield `<footer>knsim ${escapeMarkup(summary.knsim)} · scenario ${escapeMarkup(summary.scenarioHash)} · result ${escapeMarkup(summary.resultHash)}</footer>\n</main>\n</body>\n</html>\n`;
}

/** A fleet of ten thousand services would be 24 MB of it. */
function completeScenario({ completed }: Scenario): string {
  const text = JSON.stringify(completed, null, 2) ?? "";
  if (text.length > LONGEST_SCENARIO)
    return "<p>The complete scenario is in scenario.json: it is too long for a page.</p>";
  return `<details><summary>The complete scenario, every default filled in</summary><pre>${escapeMarkup(text)}</pre></details>`;
}

function header(summary: Summary, { description }: Scenario): string {
  const { passed, text } = verdict(summary);
  const tone = passed === null ? "muted" : passed ? "good" : "bad";
  const lead =
    `Seed ${escapeMarkup(String(summary.seed))} · ${span(Math.round(10 * summary.to) / 10)} of virtual time · statistics from ${clock(summary.from)} to ${clock(summary.to)}` +
    (summary.drainedAt > summary.to ? ` · drained at ${clock(summary.drainedAt)}` : "") +
    (summary.replications === undefined ? "" : ` · expectations are judged over ${summary.replications.count} seeds`);
  return (
    `<h1>${escapeMarkup(summary.scenario)}</h1>\n<p class="lead">${lead} <span class="badge ${tone}">${escapeMarkup(text)}</span></p>\n` +
    (description === "" ? "" : `<p>${escapeMarkup(description)}</p>\n`)
  );
}

function hints(summary: Summary): string {
  const items = whatNext(summary).map((hint) => `<li>${escapeMarkup(hint)}</li>`);
  return items.length === 0 ? "" : section("What to look at", `<ul class="hints">${items.join("")}</ul>`);
}

function section(title: string, content: string): string {
  return `\n<section>\n<h2>${escapeMarkup(title)}</h2>\n${content}\n</section>\n`;
}

/** A picture inside the page needs no namespace, which looks like an address, but a name for readers who cannot see it. */
function inline(svg: string, title: string): string {
  return svg
    .replace(/ xmlns(?::\w+)?="[^"]*"/g, "")
    .replace("<svg", `<svg role="img" aria-label="${escapeMarkup(title)} over time"`);
}
