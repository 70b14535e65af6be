import type { Comparison } from "../measure/comparison.js";
import type { ComparedHead } from "../report/compare-table.js";
import type { ReportFile } from "../report/files.js";
import type { Side } from "./compared-sides.js";
import { writeInto } from "./loose-files.js";

export interface ComparisonFiles {
  readonly comparison: Comparison;
  readonly head: ComparedHead;
  readonly a: Side;
  readonly b: Side;
  readonly charts: boolean;
}

/**
 * Writes compare.json and, when the course of both runs is known, compare.svg, compare.png and compare.vl.json.
 *
 * @returns the paths written
 * @throws UserError when the operating system refuses
 */
export function writeComparison(out: string, files: ComparisonFiles): Promise<readonly string[]> {
  return writeInto(out, filesOf(files));
}

async function* filesOf({ comparison, head, a, b, charts }: ComparisonFiles): AsyncIterableIterator<ReportFile> {
  yield textFile("compare.json", `${JSON.stringify({ ...head, ...comparison }, null, 2)}\n`);
  if (!charts || a.series === null || b.series === null) return;
  const { compareChart } = await import("../report/compare-chart.js");
  const { drawSvg, specJson } = await import("../report/vega.js");
  const { drawPng } = await import("../report/png.js");
  await import("./library.js"); // brings what PNG needs
  const { seed, knsim } = a.summaries[0];
  const runs = [
    { label: a.label, series: a.series },
    { label: b.label, series: b.series },
  ] as const;
  const spec = compareChart(runs, `seed ${seed} · knsim ${knsim}`);
  const svg = await drawSvg(spec);
  yield textFile("compare.svg", svg);
  const png = await drawPng(svg);
  if (png !== null) yield { name: "compare.png", bytes: png };
  yield textFile("compare.vl.json", specJson(spec));
}

function textFile(name: string, text: string): ReportFile {
  return { name, bytes: new TextEncoder().encode(text) };
}
