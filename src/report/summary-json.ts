import type { Summary } from "../measure/run-record.js";
import type { Scenario } from "../scenario/scenario.js";

/** summary.json: indented for people. Keys in the order of the contract, which is that of the object. */
export function summaryJson(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/** scenario.json: the command that reproduces the run, and the scenario with every default filled in. */
export function scenarioJson(scenario: Scenario, command: string): string {
  const { name, seed, hash, completed } = scenario;
  return `${JSON.stringify({ name, seed, hash, command, scenario: completed }, null, 2)}\n`;
}
