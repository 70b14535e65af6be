import type { Instant } from "../engine/time.js";
import { compareBytes } from "../kube/byte-order.js";
import type { Condition } from "../model/conditions.js";
import { ageSince, shortAge } from "./age.js";
import type { AttributeBlock } from "./attribute-block.js";

/** A condition as it is shown; Knative itself never uses the severity Warning, others may. */
export type ShownCondition = Omit<Condition, "severity"> & { readonly severity: Condition["severity"] | "Warning" };

const SEVERITIES: readonly ShownCondition["severity"][] = ["", "Warning", "Info"];
const FALSE_GLYPHS: Readonly<Record<ShownCondition["severity"], string>> = { "": "!!", Warning: " W", Info: " I" };
const AGE_WIDTH = 6;
const INDENT = "  ";

/**
 * The block `Conditions:` of every describe: Ready first, then by severity, then by type.
 *
 * @param verbose reasons with their messages
 * @see knative/client pkg/commands/describe.go (WriteConditions)
 */
export function writeConditions(
  block: AttributeBlock,
  conditions: readonly ShownCondition[],
  nowUs: Instant,
  verbose: boolean,
): void {
  block.attribute("Conditions", "");
  const width = Math.max(0, ...conditions.map(({ type }) => type.length));
  const row = (glyph: string, type: string, age: string, reason: string) =>
    block.line(`${INDENT}${glyph.padEnd(2)} ${type.padEnd(width)} ${age.padStart(AGE_WIDTH)} ${reason}`);
  row("OK", "TYPE", "AGE", "REASON");
  for (const condition of [...conditions].sort(inOrder)) {
    const { type, reason, message, lastTransitionUs } = condition;
    const why = verbose && reason !== "" ? `${reason} (${message})` : reason;
    row(glyphOf(condition), type, shortAge(ageSince(lastTransitionUs, nowUs)), why);
  }
}

function glyphOf({ status, severity }: ShownCondition): string {
  if (status === "True") return "++";
  return status === "Unknown" ? "??" : FALSE_GLYPHS[severity];
}

function inOrder(a: ShownCondition, b: ShownCondition): number {
  if (a.type === "Ready" || b.type === "Ready") return a.type === b.type ? 0 : a.type === "Ready" ? -1 : 1;
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || compareBytes(a.type, b.type);
}
