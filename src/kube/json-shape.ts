import { CURRENT_FIELD, type FieldError, fieldError, viaField, viaIndex } from "./field-error.js";
import { quote } from "./go-format.js";
import { parseQuantity } from "./quantity.js";

/** A JSON object of yet unchecked content. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What Go's decoder expects at one place of a manifest.
 *
 * `any` is not looked into: what the simulation ignores may contain what it likes. An object has exactly the listed
 * fields, none of them required; null counts as absent everywhere.
 */
export type Shape =
  | "any"
  | "string"
  | "bool"
  | "int32"
  | "int64"
  /** A number or a text such as `250m`. */
  | "quantity"
  /** A port: its number or its name. */
  | "number or name"
  | { readonly fields: Readonly<Record<string, Shape>> }
  | { readonly list: Shape }
  | { readonly map: Shape };

/**
 * What cannot be decoded, before any rule of Knative is asked: values of a wrong type and unknown fields.
 *
 * Simplification: Go stops at the first such error and names its own struct type; here all are collected with the
 * path of the field.
 *
 * @see Go encoding/json decode.go (texts)
 */
export function decodeErrors(value: unknown, shape: Shape): FieldError[] {
  if (value === undefined || value === null || shape === "any") return [];
  if (typeof shape === "string") return scalarErrors(value, shape);
  if ("list" in shape) {
    if (!Array.isArray(value)) return [cannotUnmarshal(value, "list")];
    return value.flatMap((item: unknown, index) => viaIndex(index, decodeErrors(item, shape.list)));
  }
  if (!isObject(value)) return [cannotUnmarshal(value, "map" in shape ? "map" : "object")];
  if ("map" in shape) {
    return Object.entries(value).flatMap(([key, item]) => viaField(key, decodeErrors(item, shape.map)));
  }
  return Object.entries(value).flatMap(([key, item]) => {
    if (!Object.hasOwn(shape.fields, key)) return [fieldError(`json: unknown field ${quote(key)}`, key)];
    return viaField(key, decodeErrors(item, shape.fields[key]!));
  });
}

function scalarErrors(value: unknown, shape: Exclude<Shape, object | "any">): FieldError[] {
  switch (shape) {
    case "string":
      return typeof value === "string" ? [] : [cannotUnmarshal(value, "string")];
    case "bool":
      return typeof value === "boolean" ? [] : [cannotUnmarshal(value, "bool")];
    case "number or name":
      return typeof value === "string" || isInteger(value, 32) ? [] : [cannotUnmarshal(value, "int32")];
    case "quantity": {
      if (typeof value !== "string" && typeof value !== "number") return [cannotUnmarshal(value, "quantity")];
      const parsed = parseQuantity(String(value));
      return parsed.ok ? [] : [fieldError(parsed.error, CURRENT_FIELD)];
    }
    default:
      return isInteger(value, shape === "int32" ? 32 : 64) ? [] : [cannotUnmarshal(value, shape)];
  }
}

function cannotUnmarshal(value: unknown, type: string): FieldError {
  return fieldError(`json: cannot unmarshal ${jsonType(value)} into a value of type ${type}`, CURRENT_FIELD);
}

/** Go names the number too when it is a number that does not fit. */
function jsonType(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "bool";
  return typeof value === "number" ? `number ${value}` : typeof value;
}

function isInteger(value: unknown, bits: 32 | 64): boolean {
  if (typeof value !== "number" || !Number.isInteger(value)) return false;
  return bits === 64 ? Number.isSafeInteger(value) : value >= -2_147_483_648 && value <= 2_147_483_647;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object in a field; an empty one when it is absent. The object was decoded before. */
export function objectAt(parent: JsonObject, field: string): JsonObject {
  const value = parent[field];
  return isObject(value) ? value : {};
}

/** The objects of a list field; none when it is absent. */
export function objectsAt(parent: JsonObject, field: string): readonly JsonObject[] {
  const value = parent[field];
  return Array.isArray(value) ? value.map((item: unknown) => (isObject(item) ? item : {})) : [];
}

/** The text in a field; empty when it is absent, as in Go. */
export function textAt(parent: JsonObject, field: string): string {
  const value = parent[field];
  return typeof value === "string" ? value : "";
}

/** The number in a field, undefined when it is absent. */
export function numberAt(parent: JsonObject, field: string): number | undefined {
  const value = parent[field];
  return typeof value === "number" ? value : undefined;
}

/** The text entries of a map field; none when it is absent. */
export function textsAt(parent: JsonObject, field: string): Readonly<Record<string, string>> {
  const entries = Object.entries(objectAt(parent, field));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
