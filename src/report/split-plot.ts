import { type Axis, timeAxis } from "./axis.js";
import { SERIES } from "./palette.js";
import { legendHtml, Plot } from "./plot.js";
import type { RunDigest } from "./run-digest.js";
import { escapeMarkup } from "./svg.js";
import type { RevisionDigest } from "./timeline-digest.js";

const MOST_SERVICES = 4;
const PERCENT_AXIS: Axis = {
  scale: "linear",
  domain: [0, 100],
  ticks: [0, 25, 50, 75, 100].map((value) => ({ value, label: `${value} %` })),
};

/** How each service's main traffic was split over its revisions, as HTML; only services whose split says something. */
export function trafficSplit(digest: RunDigest): string {
  const byService = new Map<string, RevisionDigest[]>();
  for (const series of digest.revisions) {
    const list = byService.get(series.service);
    if (list === undefined) byService.set(series.service, [series]);
    else list.push(series);
  }
  const split = [...byService].filter(([, revisions]) => revisions.length > 1);
  if (split.length === 0) {
    return "<p>Each service shown has one revision, which takes all of its traffic.</p>";
  }
  const plots = split.slice(0, MOST_SERVICES).map(([service, revisions]) => splitOf(service, revisions, digest));
  const left = split.length - plots.length;
  return plots.join("") + (left > 0 ? `<p>${left} more services share their traffic; they are not shown.</p>` : "");
}

function splitOf(service: string, revisions: readonly RevisionDigest[], { heading }: RunDigest): string {
  const x = timeAxis(heading.endSeconds);
  const plot = new Plot({
    x,
    y: PERCENT_AXIS,
    height: 140,
    left: 56,
    title: null,
    xTitle: null,
    label: `share of the traffic of ${service} by revision over time`,
  });
  const times = [...new Set(revisions.flatMap((series) => series.percents().map(({ t }) => t)))].sort((a, b) => a - b);
  times.forEach((t, index) => {
    const until = Math.min(times[index + 1] ?? heading.endSeconds, heading.endSeconds);
    let below = 0;
    revisions.forEach((series, number) => {
      const percent = series.percents().findLast((point) => point.t <= t)?.percent ?? 0;
      if (percent === 0 || until <= t) return;
      const top = plot.y(below + percent);
      plot.rect(plot.x(t), top, plot.x(until) - plot.x(t), plot.y(below) - top, colorOf(number));
      below += percent;
    });
  });
  const legend = legendHtml(revisions.map(({ revision }, number) => ({ label: revision, color: colorOf(number) })));
  return `<figure><figcaption>Share of the main traffic of <b>${escapeMarkup(service)}</b> by revision</figcaption>${legend}${plot.svg()}</figure>`;
}

function colorOf(number: number): string {
  return SERIES[number % SERIES.length];
}
