/** The page's style sheet: one column, system fonts, dark where the reader's system is. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2733; --muted: #5f6c7b; --line: #dfe4ea; --paper: #ffffff; --card: #f6f8fa;
  --good: #1f7a54; --bad: #b3241c; --warn: #9a6200; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ef; --muted: #9aa7b5; --line: #323c48; --paper: #14191f; --card: #1c232b;
    --good: #5cc79a; --bad: #ff8379; --warn: #f0b95a; }
  .chart svg { filter: invert(0.91) hue-rotate(180deg); }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); line-height: 1.5;
  font-family: Inter, system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif; font-size: 15px; }
main { max-width: 980px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 30px; line-height: 1.2; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h2 { font-size: 19px; margin: 44px 0 12px; }
p { margin: 8px 0; }
.lead, figcaption, .muted { color: var(--muted); }
.badge { display: inline-block; padding: 1px 10px; border-radius: 999px; border: 1px solid currentColor; font-size: 14px; font-weight: 600; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(215px, 1fr)); gap: 12px; margin: 24px 0 0; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px; }
.card h3 { margin: 0; font-size: 13px; font-weight: 500; color: var(--muted); }
.card .figure { font-size: 26px; font-weight: 600; line-height: 1.3; font-variant-numeric: tabular-nums; }
.card dl { margin: 6px 0 0; display: grid; grid-template-columns: auto 1fr; gap: 1px 12px; font-size: 13.5px; }
.card dt { color: var(--muted); } .card dd { margin: 0; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; width: 100%; font-size: 14px; font-variant-numeric: tabular-nums; }
.scroll { overflow-x: auto; }
th, td { text-align: left; vertical-align: top; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); }
th { font-weight: 500; color: var(--muted); white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; padding: 6px 0 6px 10px; font-size: 13px; }
td.time { white-space: nowrap; color: var(--muted); } td.name { white-space: nowrap; }
figure { margin: 12px 0 20px; }
figcaption { font-size: 14px; }
.chart { margin: 8px -12px; overflow-x: auto; border-radius: 10px; }
svg { max-width: 100%; height: auto; display: block; }
.plot text { font-family: inherit; fill: var(--muted); font-size: 11.5px; }
.plot text.title { fill: var(--ink); font-weight: 600; font-size: 12.5px; }
.plot text.note { fill: var(--ink); }
.plot .grid { stroke: var(--line); fill: none; } .plot .axis { stroke: var(--muted); fill: none; opacity: 0.6; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 6px 0; font-size: 13.5px; }
.swatch { display: inline-block; width: 16px; height: 11px; margin-right: 7px; border-radius: 2px; }
.swatch.line { height: 3px; vertical-align: middle; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px; overflow-x: auto; font-size: 13px; margin: 8px 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
details { margin: 8px 0; } summary { cursor: pointer; color: var(--muted); }
ul.hints { margin: 6px 0; padding-left: 20px; }
footer { margin-top: 48px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--muted); font-size: 13px; overflow-wrap: anywhere; }
@media print { details { display: block; } .chart svg { filter: none; } }
`;
