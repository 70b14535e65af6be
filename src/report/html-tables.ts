import type { Judged, RunRecord, ScopeFigures, Summary, Warning } from "../measure/run-record.js";
import { busiestRevisions, busiestServices } from "./busiest.js";
import { clock, counted, grouped, latency, plain, share } from "./number-words.js";
import { escapeMarkup } from "./svg.js";
import { scopeCells } from "./table.js";
import { type ScalingTerms, type Sentence, story } from "./words.js";

/** Rows of a table that stays readable. */
const MOST_SCOPES = 40;
const MOST_SENTENCES = 200;

/** The headline figures as cards. */
export function cards({ requests, latency: times, pods, coldStart, inFlight }: Summary): string {
  const ended = requests.completed + requests.failed;
  return `<div class="cards">${[
    card("requests", grouped(requests.offered), [
      ["completed", grouped(requests.completed)],
      ["failed", `${grouped(requests.failed)} (${share(requests.failed, ended)})`],
      ["cold", `${grouped(requests.cold)} (${share(requests.cold, ended)})`],
      ["unfinished", grouped(requests.inFlight)],
    ]),
    card("latency, p95", latency(times.p95), [
      ["p50", latency(times.p50)],
      ["p99", latency(times.p99)],
      ["maximum", latency(times.max)],
      ["mean", latency(times.mean)],
    ]),
    card("pods ready, mean", plain(pods.meanReady), [
      ["at most", grouped(pods.maxReady)],
      ["started", grouped(pods.started)],
      ["pod-seconds", grouped(pods.podSeconds)],
      ["in flight, mean", plain(inFlight.mean)],
    ]),
    card("cold starts", grouped(coldStart.count), [
      ["p50", latency(coldStart.p50)],
      ["p95", latency(coldStart.p95)],
      ["longest", latency(coldStart.max)],
      ["never started", grouped(coldStart.failed)],
    ]),
  ].join("")}</div>`;
}

function card(title: string, figure: string, rows: readonly (readonly [string, string])[]): string {
  const list = rows.map(([name, value]) => `<dt>${name}</dt><dd>${escapeMarkup(value)}</dd>`).join("");
  return `<div class="card"><h3>${title}</h3><div class="figure">${escapeMarkup(figure)}</div><dl>${list}</dl></div>`;
}

/** What was expected and what came out. */
export function expectationTable(judged: readonly Judged[]): string {
  if (judged.length === 0) return "<p>The scenario states no expectations.</p>";
  const rows = judged.map(({ pass, level, expect, name, actual, at }) => {
    const [mark, word] = pass ? ["good", "✓ holds"] : level === "warn" ? ["warn", "! warning"] : ["bad", "✗ fails"];
    const label = name === null ? "" : `${escapeMarkup(name)}: `;
    const when = at === null ? "" : ` <span class="muted">first at ${clock(at)}</span>`;
    return `<tr><td class="${mark} name">${word}</td><td>${label}<code>${escapeMarkup(expect)}</code></td><td>${escapeMarkup(actual)}${when}</td></tr>`;
  });
  return table(["", "expected", "measured"], [], rows);
}

/** Services, then revisions, a row each; of many only the busiest. */
export function scopeTables(summary: Summary): string {
  const revisions = busiestRevisions(summary, MOST_SCOPES);
  const services = busiestServices(summary, MOST_SCOPES);
  const columns = ["requests", "failed", "p50", "p95", "p99", "max", "mean pods", "max pods", "cold starts"];
  const revisionRows = revisions.map((name) => {
    const figures = summary.revisions[name];
    return scopeRow(name, figures, [
      figures.desiredMax === null ? "–" : grouped(figures.desiredMax),
      `${plain(figures.panicSeconds, 1)} s`,
      `${plain(figures.proxySeconds, 1)} s`,
    ]);
  });
  const serviceRows = services.map((name) => scopeRow(name, summary.services[name], []));
  return (
    table(["revision", ...columns, "desired max", "panic", "proxied"], NUMBERS, revisionRows) +
    leftOut(Object.keys(summary.revisions).length - revisions.length, "revision") +
    table(["service", ...columns], NUMBERS, serviceRows) +
    leftOut(Object.keys(summary.services).length - services.length, "service")
  );
}

const NUMBERS = Array.from({ length: 12 }, (_, index) => index + 1);

function scopeRow(name: string, figures: ScopeFigures, more: readonly string[]): string {
  const cells = [...scopeCells(figures), ...more].map((cell) => `<td class="number">${escapeMarkup(cell)}</td>`);
  return `<tr><td class="name">${escapeMarkup(name)}</td>${cells.join("")}</tr>`;
}

function leftOut(count: number, noun: string): string {
  return count > 0 ? `<p class="muted">${counted(count, noun)} with less traffic: see summary.json.</p>` : "";
}

/** The run's story as a table: of the revisions shown, and of the whole cluster. */
export function storyTable(run: RunRecord, terms: ScalingTerms): string {
  const shown = new Set(busiestRevisions(run.summary));
  const kept: Sentence[] = [];
  let left = 0;
  for (const sentence of story(run.events(), run.decisions(), { termsOf: () => terms })) {
    const isShown = sentence.revision === "" || shown.has(sentence.revision);
    if (isShown && kept.length < MOST_SENTENCES) kept.push(sentence);
    else left++;
  }
  if (kept.length === 0) return "<p>Nothing was scaled and nothing happened.</p>";
  const rows = kept.map(({ t, text }) => `<tr><td class="time">${clock(t)}</td><td>${escapeMarkup(text)}</td></tr>`);
  const rest =
    left === 0
      ? ""
      : `<p class="muted">${counted(left, "further sentence")} left out, about later moments or other revisions; <code>knsim explain</code> tells them all.</p>`;
  return table(["time", "what happened, and why"], [], rows) + rest;
}

export function warningList(warnings: readonly Warning[]): string {
  const items = warnings.map(({ message, file, line, column, id }) => {
    const place = line > 0 ? `${file}:${line}:${column}: ` : "";
    return `<li>${escapeMarkup(place + message)} <span class="muted">${escapeMarkup(id)}</span></li>`;
  });
  return items.length === 0 ? "<p>None.</p>" : `<ul class="hints">${items.join("")}</ul>`;
}

/** @param numbers columns that hold figures, for the alignment of their headings */
function table(headings: readonly string[], numbers: readonly number[], rows: readonly string[]): string {
  const head = headings.map(
    (heading, column) => `<th${numbers.includes(column) ? ' class="number"' : ""}>${heading}</th>`,
  );
  return `<div class="scroll"><table><thead><tr>${head.join("")}</tr></thead><tbody>${rows.join("\n")}</tbody></table></div>`;
}
