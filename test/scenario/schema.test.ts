import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { scenarioJsonSchema } from "../../src/scenario/schema.js";

interface JsonSchema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly additionalProperties?: JsonSchema | boolean;
}

describe("the JSON Schema of a scenario", () => {
  it("is the one that is published", () => {
    const published = readFileSync(new URL("../../schema/scenario.schema.json", import.meta.url), "utf8");
    expect(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`).toBe(published);
  });

  it("describes every key", () => {
    const undescribed: string[] = [];
    const visit = (schema: JsonSchema, path: string) => {
      for (const [key, value] of Object.entries(schema.properties ?? {})) {
        // The keys of ConfigMaps are Knative's, and described there.
        if (value.description === undefined && !/config-\w+$/.test(path)) undescribed.push(`${path}.${key}`);
        visit(value, `${path}.${key}`);
      }
      for (const option of schema.anyOf ?? []) visit(option, path);
      for (const item of [schema.items ?? []].flat()) visit(item, `${path}[]`);
      if (typeof schema.additionalProperties === "object") visit(schema.additionalProperties, `${path}{}`);
    };
    visit(scenarioJsonSchema() as JsonSchema, "");
    expect(undescribed).toEqual([]);
  });

  it("states defaults as a user would write them", () => {
    const { properties } = scenarioJsonSchema() as { properties: Record<string, unknown> };
    expect(properties.warmup).toMatchObject({ default: "0s", type: ["string", "number"] });
    expect(properties.start).toMatchObject({ default: "ready", enum: ["ready", "zero", "new"] });
  });
});
