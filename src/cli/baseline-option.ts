import type { OptionSpec } from "./command.js";

/** The option of commands that judge expectations (contract details B2.9). */
export const BASELINE_OPTION: OptionSpec = {
  kind: "text",
  value: "DIR|FILE",
  description: "what to compare with (default: SCENARIO.baseline.json beside each scenario)",
};
