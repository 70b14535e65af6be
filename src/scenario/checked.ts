import { isMap, isScalar, isSeq, type YAMLMap, type YAMLSeq } from "yaml";
import type * as z from "zod";
import { type DiagnosticId, type DiagnosticList, listNames } from "./diagnostics.js";
import { advice, describe, exactlyOneOf, verbatim } from "./fields.js";
import { nearestName } from "./nearest-name.js";
import { keyText, type Path, scalarText, setOwn, toPlain, type Value, type YamlDocument } from "./yaml-document.js";

/**
 * A checked value in which whatever was wrong is missing: each problem has been reported, and what is whole can still
 * be looked at, so that one mistake does not hide the next. Values with a `kind` are whole or missing, never partial.
 */
export type Checked<T> = T extends { readonly kind: string }
  ? T
  : T extends readonly [unknown, ...unknown[]]
    ? T
    : T extends readonly (infer Item)[]
      ? readonly (Checked<Item> | undefined)[]
      : T extends object
        ? { readonly [Key in keyof T]: Checked<T[Key]> | undefined }
        : T;

/**
 * Reads a YAML value by a schema and reports everything wrong with it, each problem at its own place.
 *
 * Zod itself stops at the first wrong level of a union and knows no positions, so the structure is walked here and only
 * the leaves are given to it. An absent key takes its default, which is written in the schema as a user would write it.
 *
 * @returns undefined when the value as a whole is wrong or absent
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  document: YamlDocument,
  path: Path,
  problems: DiagnosticList,
): Checked<z.output<Schema>> | undefined {
  const value = document.find(path);
  const checker = new Checker(document, problems);
  return (value === null ? checker.absent(schema) : checker.value(schema, value, path)) as
    | Checked<z.output<Schema>>
    | undefined;
}

class Checker {
  constructor(
    private readonly document: YamlDocument,
    private readonly problems: DiagnosticList,
  ) {}

  value(schema: z.ZodType, value: Value, path: Path): unknown {
    const definition = definitionOf(schema);
    switch (definition.type) {
      case "optional":
        return isEmpty(value) && isCollection(schema)
          ? this.absent(schema)
          : this.value(definition.innerType, value, path);
      case "union":
        return this.value(optionFor(definition.options, value), value, path);
      case "pipe": {
        if (!isStructured(definition.in)) return this.leaf(schema, value, path);
        const before = this.problems.errorCount;
        const input = this.value(definition.in, value, path);
        return this.problems.errorCount === before ? this.parse(definition.out, input, path) : undefined;
      }
      case "object":
        return isMap(value)
          ? this.object(schema as z.ZodObject, value, path)
          : this.wrongShape("a mapping", value, path);
      case "record":
        return isMap(value)
          ? this.record(definition.valueType, value, path)
          : this.wrongShape("a mapping", value, path);
      case "array":
        return isSeq(value) ? this.array(definition.element, value, path) : this.wrongShape("a list", value, path);
      case "tuple":
        return isSeq(value)
          ? this.tuple(definition.items, value, path)
          : this.wrongShape(`a list of ${definition.items.length}`, value, path);
      default:
        return this.leaf(schema, value, path);
    }
  }

  /** What stands for an absent key: its default, read as if it had been written. */
  absent(schema: z.ZodType): unknown {
    const written = schema.meta()?.default;
    if (written === undefined) return undefined;
    const node = this.document.resolve(this.document.document.createNode(written));
    return node === null ? undefined : this.value(schema, node, []);
  }

  private object(schema: z.ZodObject, map: YAMLMap, path: Path): unknown {
    const result: Record<string, unknown> = {};
    const keys = Object.keys(schema.shape);
    const misspelt = new Set<string>();
    for (const { key } of map.items) {
      const name = keyText(key);
      if (Object.hasOwn(schema.shape, name)) continue;
      const place = this.document.keyPlace(map, key, [...path, name]);
      const accepted = keys.length <= 6 ? `; accepted: ${listNames(keys)}` : "";
      const nearest = nearestName(name, keys);
      if (nearest !== null) misspelt.add(nearest);
      this.problems.error(
        "E-key",
        place,
        `unknown key ${JSON.stringify(name)}${nearest === null ? accepted : ""}`,
        nearest,
      );
    }
    for (const key of keys) {
      const field = schema.shape[key] as z.ZodType;
      const value = this.document.get(map, key);
      if (value !== null) result[key] = this.value(field, value, [...path, key]);
      else if (definitionOf(field).type === "optional") result[key] = this.absent(field);
      else if (!misspelt.has(key))
        this.problems.error("E-key", this.document.place(path), `missing key ${JSON.stringify(key)}`);
    }
    this.oneOf(schema, map, path);
    return result;
  }

  /** Alternatives that exclude each other: says which were found and which there are. */
  private oneOf(schema: z.ZodType, map: YAMLMap, path: Path): void {
    const alternatives = exactlyOneOf.get(schema);
    if (!alternatives) return;
    const written = map.items.map(({ key }) => keyText(key));
    const found = alternatives.keys.filter((key) => written.includes(key));
    if (found.length === 1) return;
    // A misspelt alternative has been reported as an unknown key already.
    if (
      found.length === 0 &&
      written.some(
        (key) => !Object.hasOwn((schema as z.ZodObject).shape, key) && nearestName(key, alternatives.keys) !== null,
      )
    )
      return;
    const which = found.length === 0 ? "none" : listNames(found, { word: "and" });
    this.problems.error(
      "E-key",
      this.document.place(path),
      `${alternatives.what} needs exactly one of ${listNames(alternatives.keys)}, found ${which}`,
    );
  }

  private record(values: z.ZodType, map: YAMLMap, path: Path): unknown {
    const result: Record<string, unknown> = {};
    for (const { key, value } of map.items) {
      const name = keyText(key);
      const resolved = this.document.resolve(value);
      if (resolved !== null) setOwn(result, name, this.value(values, resolved, [...path, name]));
    }
    return result;
  }

  private array(element: z.ZodType, list: YAMLSeq, path: Path): unknown {
    return list.items.map((item, index) => {
      const value = this.document.resolve(item);
      return value === null ? undefined : this.value(element, value, [...path, index]);
    });
  }

  private tuple(elements: readonly z.ZodType[], list: YAMLSeq, path: Path): unknown {
    if (list.items.length !== elements.length) {
      this.problems.error(
        "E-type",
        this.document.place(path),
        `expected a list of ${elements.length}, found ${list.items.length}`,
      );
      return undefined;
    }
    return elements.map((element, index) => {
      const value = this.document.resolve(list.items[index]);
      return value === null ? undefined : this.value(element, value, [...path, index]);
    });
  }

  private leaf(schema: z.ZodType, value: Value, path: Path): unknown {
    const plain =
      isScalar(value) && verbatim.get(schema) && value.value !== null
        ? scalarText(value)
        : toPlain(this.document, value);
    const warning = advice.get(schema)?.warn(plain) ?? null;
    if (warning !== null) this.problems.warning(warning.id, this.document.place(path), warning.message);
    return this.parse(schema, plain, path);
  }

  private parse(schema: z.ZodType, input: unknown, path: Path): unknown {
    const parsed = schema.safeParse(input);
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      const place = this.document.place([...path, ...issue.path.filter((step) => typeof step !== "symbol")]);
      const { id, suggestion } = (issue.code === "custom" ? issue.params : undefined) ?? {};
      this.problems.error(
        (id as DiagnosticId | undefined) ?? "E-type",
        place,
        issue.message,
        suggestion as string | undefined,
      );
    }
    return undefined;
  }

  private wrongShape(expected: string, value: Value, path: Path): undefined {
    this.problems.error(
      "E-type",
      this.document.place(path),
      `expected ${expected}, found ${describe(toPlain(this.document, value))}`,
    );
  }
}

/** The parts of zod's schema definitions that are walked here. */
type Definition =
  | { readonly type: "optional"; readonly innerType: z.ZodType }
  | { readonly type: "union"; readonly options: readonly z.ZodType[] }
  | { readonly type: "pipe"; readonly in: z.ZodType; readonly out: z.ZodType }
  | { readonly type: "object" }
  | { readonly type: "record"; readonly valueType: z.ZodType }
  | { readonly type: "array"; readonly element: z.ZodType }
  | { readonly type: "tuple"; readonly items: readonly z.ZodType[] }
  | { readonly type: "leaf" };

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

const STRUCTURES: readonly string[] = ["object", "record", "array", "tuple", "union"];

function isStructured(schema: z.ZodType): boolean {
  return STRUCTURES.includes(schema.def.type);
}

/** The node kind a schema is written as. */
function shapeOf(schema: z.ZodType): "mapping" | "list" | "scalar" {
  const definition = definitionOf(schema);
  if (definition.type === "pipe" || definition.type === "optional") {
    return shapeOf(definition.type === "pipe" ? definition.in : definition.innerType);
  }
  if (definition.type === "object" || definition.type === "record") return "mapping";
  return definition.type === "array" || definition.type === "tuple" ? "list" : "scalar";
}

/** Alternatives differ in shape, so the shape chooses; without a match the scalar one gets to say what it expects. */
function optionFor(options: readonly z.ZodType[], value: Value): z.ZodType {
  const shape = isMap(value) ? "mapping" : isSeq(value) ? "list" : "scalar";
  const flat = options.flatMap((option) => {
    const definition = definitionOf(option);
    return definition.type === "union" ? definition.options : [option];
  });
  return (
    flat.find((option) => shapeOf(option) === shape) ?? flat.find((option) => shapeOf(option) === "scalar") ?? flat[0]
  );
}

function isEmpty(value: Value): boolean {
  return isScalar(value) && value.value === null;
}

/** Whether a key left without a value (`expect:` with all its lines commented out) means an empty collection. */
function isCollection(schema: z.ZodType): boolean {
  const byDefault = schema.meta()?.default;
  const isEmptyByDefault = typeof byDefault === "object" && byDefault !== null && Object.keys(byDefault).length === 0;
  return isEmptyByDefault || shapeOf(schema) !== "scalar";
}
