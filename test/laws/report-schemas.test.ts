import { basename } from "node:path";
import { describe, expect, it } from "vitest";
import { loadScenario, type Scenario, simulate } from "../../src/index.js";
import { reportSchemas } from "../schemas/generate.js";
import { type JsonSchema, problemsOf } from "../schemas/json-schema.js";
import { readFile, scenarioFiles } from "./scenario-files.js";

/** Every data file of every shipped scenario is what its published schema says. */

const schemas = reportSchemas();

async function filesOf(scenario: Scenario): Promise<Map<string, string>> {
  const result = await simulate(scenario, { keep: { requests: true } });
  const files = new Map<string, string>();
  const decoder = new TextDecoder();
  for await (const { name, bytes } of result.files({ charts: false, requests: true }))
    files.set(name, (files.get(name) ?? "") + decoder.decode(bytes));
  return files;
}

/** Lines of a CSV file as objects by column, cells as what the schema has there. */
function* rowsOf(text: string, schema: JsonSchema): Iterable<unknown> {
  const [header, ...lines] = text.trimEnd().split("\n");
  const columns = header.split(",");
  expect(columns).toEqual(Object.keys(schema.properties ?? {}));
  for (const line of lines) {
    const cells = line.split(",");
    expect(cells).toHaveLength(columns.length);
    yield Object.fromEntries(
      columns.map((column, index) => [column, cellValue(cells[index], schema.properties?.[column])]),
    );
  }
}

function cellValue(cell: string, schema: JsonSchema | undefined): unknown {
  if (cell === "") return null;
  const types = [schema?.type ?? []].flat();
  if (types.includes("number")) return Number(cell);
  return types.includes("boolean") ? cell === "true" : cell;
}

const linesOf = (text: string): unknown[] =>
  text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));

describe.each(scenarioFiles.map((path) => [basename(path), path]))("%s", (_, path) => {
  it("writes what the schemas describe", { timeout: 60_000 }, async () => {
    const { scenario } = await loadScenario(path, readFile);
    const files = await filesOf(scenario);
    const parsed: readonly [schema: string, values: Iterable<unknown>][] = [
      ["summary.schema.json", [JSON.parse(files.get("summary.json")!)]],
      ["decisions.schema.json", linesOf(files.get("decisions.jsonl")!)],
      ["events.schema.json", linesOf(files.get("events.jsonl")!)],
      ["timeline.schema.json", rowsOf(files.get("timeline.csv")!, schemas["timeline.schema.json"])],
      ["requests.schema.json", rowsOf(files.get("requests.csv")!, schemas["requests.schema.json"])],
    ];
    for (const [name, values] of parsed) {
      let count = 0;
      for (const value of values) {
        count++;
        const problems = problemsOf(schemas[name], value);
        if (problems.length > 0)
          expect.fail(`${name}, line ${count}: ${problems.join("; ")}\n${JSON.stringify(value)}`);
      }
      expect(count, name).toBeGreaterThan(0);
    }
  });
});
