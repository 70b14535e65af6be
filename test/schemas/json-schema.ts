/** The part of JSON Schema that the schemas of reports use. */
export interface JsonSchema {
  readonly $schema?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** What keeps a value from being what the schema describes, by place; empty when nothing does. */
export function problemsOf(schema: JsonSchema, value: unknown, path = "$"): string[] {
  if (schema.anyOf) {
    const attempts = schema.anyOf.map((option) => problemsOf(option, value, path));
    // The one that comes nearest is the one that was meant.
    return attempts.reduce((least, attempt) => (attempt.length < least.length ? attempt : least));
  }
  if (schema.enum)
    return schema.enum.includes(value as string)
      ? []
      : [`${path}: ${JSON.stringify(value)} is none of ${schema.enum.join(", ")}`];
  const types = schema.type === undefined ? [] : [schema.type].flat();
  if (types.length > 0 && !types.includes(typeOf(value)))
    return [`${path}: ${typeOf(value)}, expected ${types.join(" or ")}`];
  if (Array.isArray(value)) return problemsOfList(schema, value, path);
  if (typeof value === "object" && value !== null)
    return problemsOfObject(schema, value as Record<string, unknown>, path);
  return [];
}

function problemsOfList(
  { items, minItems = 0, maxItems }: JsonSchema,
  list: readonly unknown[],
  path: string,
): string[] {
  if (list.length < minItems || list.length > (maxItems ?? list.length)) return [`${path}: ${list.length} items`];
  if (items === undefined) return [];
  return list.flatMap((item, index) =>
    problemsOf(Array.isArray(items) ? items[index] : (items as JsonSchema), item, `${path}[${index}]`),
  );
}

function problemsOfObject(schema: JsonSchema, object: Readonly<Record<string, unknown>>, path: string): string[] {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const missing = required.filter((key) => !Object.hasOwn(object, key)).map((key) => `${path}.${key} is missing`);
  const wrong = Object.entries(object).flatMap(([key, value]) => {
    if (Object.hasOwn(properties, key)) return problemsOf(properties[key], value, `${path}.${key}`);
    if (additionalProperties === false) return [`${path}.${key} is unknown`];
    return additionalProperties === true ? [] : problemsOf(additionalProperties, value, `${path}.${key}`);
  });
  return [...missing, ...wrong];
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
