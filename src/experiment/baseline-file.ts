import type { BaselineFigures, BaselineScope } from "../measure/baseline.js";
import { type Figures, findKeyFigure, KEY_FIGURES } from "../measure/key-figures.js";
import { spreadOf } from "../measure/replication.js";
import { sixDecimals, sixDecimalsOrNull } from "../measure/rounding.js";
import type { Summary } from "../measure/run-record.js";
import { isWithin, parseTolerance } from "../measure/tolerance.js";
import { specJson } from "../report/vega.js";
import { isMeasured, isSummary } from "./read-summary.js";

/** A figure of a baseline: its value, and how far later runs may move from it. */
interface KeptFigure {
  readonly value: number | null;
  /** `5%`, or an amount in the figure's unit: `0`. */
  readonly tolerance: string;
}

/** `<scenario>.baseline.json`: what a scenario measured when it was last agreed to. */
export interface BaselineFile {
  readonly baselineVersion: 1;
  readonly scenario: string;
  readonly seeds: readonly (number | string)[];
  /** Edit the tolerances, or leave figures out: an update keeps both. */
  readonly figures: Readonly<Record<string, KeptFigure>>;
  /** What expectations compare with when they say `baseline`. */
  readonly measured: BaselineFigures;
}

/** How a figure came out against a baseline. */
export interface BaselineVerdict {
  readonly name: string;
  readonly pass: boolean;
  readonly before: number | null;
  readonly after: number | null;
  readonly tolerance: string;
}

const DEFAULT_TOLERANCES: Readonly<Record<string, string>> = {
  ...{ errors: "0", cold_starts: "10%", p50: "5%", p95: "5%", p99: "10%" },
  ...{ max_pods: "10%", pod_seconds: "5%" },
};

/**
 * A baseline of what was measured, means over the replications; figures and tolerances of the previous one are kept.
 *
 * @param summaries at least one, in order of the replications
 */
export function makeBaseline(summaries: readonly Summary[], previous: BaselineFile | null): BaselineFile {
  const tolerances =
    previous === null
      ? Object.entries(DEFAULT_TOLERANCES)
      : Object.entries(previous.figures).map(([name, { tolerance }]) => [name, tolerance] as const);
  const figures = tolerances.map(([name, tolerance]) => [name, { value: meanFigure(name, summaries), tolerance }]);
  return {
    baselineVersion: 1,
    scenario: summaries[0].scenario,
    seeds: summaries.map(({ seed }) => seed),
    figures: Object.fromEntries(figures),
    measured: averaged(summaries.map(pruned)) as BaselineFigures,
  };
}

/** The file's text: indented for people and for differences between versions. */
export function baselineJson(baseline: BaselineFile): string {
  return specJson(baseline as unknown as Parameters<typeof specJson>[0]);
}

/**
 * Reads a baseline: a `<scenario>.baseline.json`, or a summary.json, which has no figures of its own to hold.
 *
 * @returns what is wrong with it, as a text that follows the file's name
 */
export function parseBaseline(
  text: string,
):
  | { readonly ok: true; readonly file: BaselineFile | null; readonly measured: BaselineFigures }
  | { readonly ok: false; readonly error: string } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, error: "is not JSON" };
  }
  if (typeof json !== "object" || json === null) return { ok: false, error: "is no baseline and no summary" };
  if (isSummary(json)) return { ok: true, file: null, measured: json };
  if (!("baselineVersion" in json)) return { ok: false, error: "is no baseline and no summary" };
  const file = json as BaselineFile;
  const { figures, measured } = file;
  if (file.baselineVersion !== 1) return { ok: false, error: "was written by a later version of knsim" };
  if (!isMeasured(measured) || typeof figures !== "object" || figures === null)
    return { ok: false, error: 'is damaged: remove it, and "knsim test --update" writes it anew' };
  for (const [name, kept] of Object.entries(figures)) {
    const figure = findKeyFigure(name);
    if (figure === undefined) return { ok: false, error: `has an unknown figure ${JSON.stringify(name)}` };
    const value: unknown = kept?.value;
    if (value !== null && typeof value !== "number") return { ok: false, error: `has no value for ${name}` };
    if (parseTolerance(String(kept.tolerance), figure.unit) === null)
      return { ok: false, error: `has no tolerance such as 5% or 0 for ${name}` };
  }
  return { ok: true, file, measured };
}

/** Each figure of a baseline against the mean of the replications. */
export function judgeBaseline(summaries: readonly Summary[], { figures }: BaselineFile): BaselineVerdict[] {
  return Object.entries(figures).map(([name, { value: before, tolerance }]) => {
    const after = meanFigure(name, summaries);
    const parsed = parseTolerance(String(tolerance), findKeyFigure(name)?.unit ?? null);
    return { name, pass: parsed !== null && isWithin(before, after, parsed), before, after, tolerance };
  });
}

function meanFigure(name: string, summaries: readonly Figures[]): number | null {
  const figure = findKeyFigure(name) ?? KEY_FIGURES[0];
  const values = summaries.map(figure.of).filter((value) => value !== null);
  return values.length === 0 ? null : sixDecimals(spreadOf(values).mean);
}

/** The part of a summary that expectations can ask a baseline for. */
function pruned(summary: Summary): BaselineFigures {
  const scope = ({ requests, latency, inFlight, pods, coldStart }: BaselineScope): BaselineScope => ({
    ...{ requests, latency, inFlight, pods },
    coldStart: { ...coldStart, stages: {} },
  });
  const entries = Object.entries;
  return {
    ...scope(summary),
    services: Object.fromEntries(entries(summary.services).map(([name, figures]) => [name, scope(figures)])),
    revisions: Object.fromEntries(
      entries(summary.revisions).map(([name, figures]) => {
        const { panicSeconds, proxySeconds } = figures;
        return [name, { ...scope(figures), panicSeconds, proxySeconds }];
      }),
    ),
    expectations: summary.expectations.map(({ expect, value }) => ({ expect, value })),
  };
}

/** The mean of every number of equally shaped values, of those that have one; everything else is the first one's. */
function averaged(values: readonly unknown[]): unknown {
  const present = values.filter((value) => value !== null && value !== undefined);
  const [first = null] = present;
  if (typeof first === "number") return sixDecimalsOrNull(spreadOf(present as number[]).mean);
  if (Array.isArray(first)) {
    return first.map((_, index) => averaged(present.map((list) => (list as readonly unknown[])[index])));
  }
  if (typeof first !== "object" || first === null) return first;
  const keys = [...new Set(present.flatMap((value) => Object.keys(value as object)))];
  return Object.fromEntries(
    keys.map((key) => [key, averaged(present.map((value) => (value as Readonly<Record<string, unknown>>)[key]))]),
  );
}
