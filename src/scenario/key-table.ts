import * as z from "zod";
import { optional, withDefault } from "./fields.js";

/** Keys of a mapping that is used both whole (defaults filled in) and as a change (absent = untouched). */
export type KeyTable = Readonly<Record<string, readonly [schema: z.ZodType, byDefault: unknown, description: string]>>;

/** The mapping with its defaults; a key whose default is undefined may be left out. */
export function whole<Table extends KeyTable>(table: Table) {
  const shape = Object.entries(table).map(([key, [schema, byDefault, description]]) => [
    key,
    byDefault === undefined ? optional(schema, description) : withDefault(schema, byDefault, description),
  ]);
  return z.strictObject(Object.fromEntries(shape) as { [Key in keyof Table]: z.ZodType<z.output<Table[Key][0]>> });
}

/** The mapping as a change: every key may be left out, and nothing stands in for it. */
export function change<Table extends KeyTable>(table: Table) {
  const shape = Object.entries(table).map(([key, [schema, , description]]) => [key, optional(schema, description)]);
  return z.strictObject(Object.fromEntries(shape) as { [Key in keyof Table]: z.ZodOptional<Table[Key][0]> });
}
