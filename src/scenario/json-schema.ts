import type * as z from "zod";
import { distribution } from "./distribution-schema.js";
import { exactlyOneOf } from "./fields.js";

type JsonSchema = Record<string, unknown>;

/** Schemas that stand in many places and are written out once. */
const DEFINITIONS: ReadonlyMap<z.ZodType, string> = new Map([[distribution, "distribution"]]);

/** The parts of zod's definitions that are walked here. */
type Definition =
  | { readonly type: "optional"; readonly innerType: z.ZodType }
  | { readonly type: "union"; readonly options: readonly z.ZodType[] }
  | { readonly type: "pipe"; readonly in: z.ZodType }
  | { readonly type: "object"; readonly shape: Readonly<Record<string, z.ZodType>> }
  | { readonly type: "record"; readonly valueType: z.ZodType }
  | { readonly type: "array"; readonly element: z.ZodType }
  | { readonly type: "tuple"; readonly items: readonly z.ZodType[] }
  | { readonly type: "leaf" };

/** JSON Schema of a value as it is written, before conversion; common parts go to `definitions`. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const definitions = [...DEFINITIONS].map(([part, name]) => [name, structureOf(part)]);
  return { ...schemaOf(schema), definitions: Object.fromEntries(definitions) };
}

function schemaOf(schema: z.ZodType): JsonSchema {
  const meta = schema.meta() ?? {};
  const name = DEFINITIONS.get(schema);
  // Draft-07 ignores what stands beside a $ref.
  return name === undefined
    ? { ...structureOf(schema), ...meta }
    : { allOf: [{ $ref: `#/definitions/${name}` }], ...meta };
}

function structureOf(schema: z.ZodType): JsonSchema {
  const definition = schema.def as unknown as Definition;
  switch (definition.type) {
    case "optional":
      return schemaOf(definition.innerType);
    case "pipe":
      return schemaOf(definition.in);
    case "union":
      return { anyOf: definition.options.map(schemaOf) };
    case "object":
      return objectSchema(schema, definition.shape);
    case "record":
      return { type: "object", additionalProperties: schemaOf(definition.valueType) };
    case "array":
      return { type: "array", items: schemaOf(definition.element) };
    case "tuple":
      return {
        type: "array",
        items: definition.items.map(schemaOf),
        minItems: definition.items.length,
        maxItems: definition.items.length,
      };
    default:
      return {};
  }
}

function objectSchema(schema: z.ZodType, shape: Readonly<Record<string, z.ZodType>>): JsonSchema {
  const required = Object.keys(shape).filter((key) => shape[key].def.type !== "optional");
  const alternatives = exactlyOneOf.get(schema)?.keys;
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, schemaOf(value)])),
    additionalProperties: false,
    ...(required.length > 0 ? { required } : {}),
    ...(alternatives ? { oneOf: alternatives.map((key) => ({ required: [key] })) } : {}),
  };
}
