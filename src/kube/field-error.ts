import { compareBytes } from "./byte-order.js";
import { quote } from "./go-format.js";

/**
 * One problem of a Knative object and the fields it concerns.
 *
 * Paths are relative to the value that was checked; callers prefix them with viaField, viaIndex and viaKey while the
 * problem travels outwards, so that a check of a traffic target knows nothing of the object around it.
 *
 * @see knative/pkg apis/field_error.go
 */
export interface FieldError {
  readonly message: string;
  /** A longer explanation, printed on a line of its own; empty when there is none. */
  readonly details: string;
  /** Dotted, with indices attached: `spec.traffic[0].tag`; the empty path is the checked value itself. */
  readonly paths: readonly string[];
}

/** The path of the value that is being checked. */
export const CURRENT_FIELD = "";

/** A value that Go prints the same way as JavaScript: text, a whole number, or a number formatted beforehand. */
type Printable = string | number;

export function fieldError(message: string, ...paths: readonly string[]): FieldError {
  return { message, details: "", paths };
}

export function invalidValue(value: Printable, path: string, ...details: readonly string[]): FieldError {
  return { message: `invalid value: ${value}`, details: details.join(", "), paths: [path] };
}

export function outOfBounds(value: Printable, lowest: Printable, highest: Printable, path: string): FieldError {
  return fieldError(`expected ${lowest} <= ${value} <= ${highest}`, path);
}

export function invalidKeyName(key: string, path: string, ...details: readonly string[]): FieldError {
  return { message: `invalid key name ${quote(key)}`, details: details.join(", "), paths: [path] };
}

export function missingField(...paths: readonly string[]): FieldError {
  return fieldError("missing field(s)", ...paths);
}

export function disallowedField(...paths: readonly string[]): FieldError {
  return fieldError("must not set the field(s)", ...paths);
}

export function missingOneOf(...paths: readonly string[]): FieldError {
  return fieldError("expected exactly one, got neither", ...paths);
}

export function multipleOneOf(...paths: readonly string[]): FieldError {
  return fieldError("expected exactly one, got both", ...paths);
}

/** The same problems, seen from the object that holds the checked value in its field `name` (may be dotted). */
export function viaField(name: string, errors: readonly FieldError[]): FieldError[] {
  return errors.map((error) => ({ ...error, paths: error.paths.map((path) => joinPath(name, path)) }));
}

/** The same problems, seen from the list that holds the checked value at `index`. */
export function viaIndex(index: number, errors: readonly FieldError[]): FieldError[] {
  return viaField(`[${index}]`, errors);
}

/** The same problems, seen from the map that holds the checked value under `key`. */
export function viaKey(key: string, errors: readonly FieldError[]): FieldError[] {
  return viaField(`[${key}]`, errors);
}

/** Joins two paths; a bracketed part attaches to the one before it (`traffic` and `[0].tag` give `traffic[0].tag`). */
function joinPath(prefix: string, path: string): string {
  const parts: string[] = [];
  for (const part of `${prefix}.${path}`.split(".")) {
    if (part === CURRENT_FIELD) continue;
    if (parts.length > 0 && part.startsWith("[") && part.endsWith("]")) parts[parts.length - 1] += part;
    else parts.push(part);
  }
  return parts.join(".");
}

/**
 * Problems as Knative reports them: those with the same message and details become one, its paths without duplicates
 * and sorted; ordered by message, then details. Byte order throughout.
 */
export function mergeFieldErrors(errors: readonly FieldError[]): FieldError[] {
  const merged = new Map<string, FieldError>();
  for (const { message, details, paths } of errors) {
    const key = `${message}\0${details}`;
    const sorted = [...new Set([...(merged.get(key)?.paths ?? []), ...paths])].sort(compareBytes);
    merged.set(key, { message, details, paths: sorted });
  }
  return [...merged.values()].sort(
    (left, right) => compareBytes(left.message, right.message) || compareBytes(left.details, right.details),
  );
}

/** One problem as Knative prints it: `message: path1, path2`, then the details after a line break. */
export function fieldErrorText({ message, details, paths }: FieldError): string {
  return `${message}: ${paths.join(", ")}${details === "" ? "" : `\n${details}`}`;
}

/** All problems as Knative prints them, one per line; empty text when there are none. */
export function fieldErrorsText(errors: readonly FieldError[]): string {
  return mergeFieldErrors(errors).map(fieldErrorText).join("\n");
}
