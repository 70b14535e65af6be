import { type Nanoseconds, parseGoDuration } from "./go-duration.js";
import { quote } from "./go-format.js";
import { type Parsed, parseAtoi, parseBool, parseFloat64, parseInt32, parseInt64 } from "./go-parse.js";
import { parseQuantity } from "./quantity.js";

/** A parsed ConfigMap, or the reason why Knative would keep the old one. */
export type ParsedConfig<Config> =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly error: string };

/**
 * Reads typed values out of a ConfigMap's data and keeps the first problem, as Knative stops at it.
 *
 * The order of calls is therefore the order of validation. After a problem every further call returns its fallback.
 *
 * @see knative/pkg configmap/parse.go
 */
export class ConfigValues {
  /** The first problem, null while all is well. */
  error: string | null = null;

  constructor(private readonly data: Readonly<Record<string, string>>) {}

  /** Text without surrounding space. */
  text(key: string, fallback: string): string {
    return this.read(key, fallback, (raw) => ({ ok: true, value: raw.trim() }));
  }

  bool(key: string, fallback: boolean): boolean {
    return this.read(key, fallback, parseBool);
  }

  float(key: string, fallback: number): number {
    return this.read(key, fallback, parseFloat64);
  }

  int32(key: string, fallback: number): number {
    return this.read(key, fallback, parseInt32);
  }

  int64(key: string, fallback: number): number {
    return this.read(key, fallback, parseInt64);
  }

  int(key: string, fallback: number): number {
    return this.read(key, fallback, parseAtoi);
  }

  duration(key: string, fallback: Nanoseconds): Nanoseconds {
    return this.read(key, fallback, parseGoDuration);
  }

  /** In vCPU or bytes. */
  quantity<Fallback>(key: string, fallback: Fallback): number | Fallback {
    return this.read<number | Fallback>(key, fallback, parseQuantity);
  }

  private read<Value>(key: string, fallback: Value, parse: (raw: string) => Parsed<Value>): Value {
    if (this.error !== null || !Object.hasOwn(this.data, key)) return fallback;
    const parsed = parse(this.data[key]!);
    if (parsed.ok) return parsed.value;
    this.error = `failed to parse ${quote(key)}: ${parsed.error}`;
    return fallback;
  }
}
