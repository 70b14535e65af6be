import { listNames } from "./diagnostics.js";
import { nearestName } from "./nearest-name.js";

export type ResolvedName =
  | { readonly ok: true; readonly key: string }
  | { readonly ok: false; readonly error: string; readonly suggestion: string | null };

/** Longer lists help nobody. */
const MOST_LISTED = 10;

/** The services there are or will be, by key: `name` in namespace default, `ns/name` elsewhere. */
export class ServiceNames {
  private readonly keys = new Set<string>();
  private isIncomplete = false;

  add(key: string): void {
    this.keys.add(key);
  }

  /** A manifest could not be read, which was said: a name that is not known may stand in it. */
  missesSome(): void {
    this.isIncomplete = true;
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  all(): readonly string[] {
    return [...this.keys];
  }

  /** `ns/name`, or `name`: that of namespace default, else the only one of that name (contract details A22). */
  resolve(written: string): ResolvedName {
    const key = written.startsWith("default/") ? written.slice("default/".length) : written;
    if (this.keys.has(key)) return { ok: true, key };
    const elsewhere = key.includes("/") ? [] : [...this.keys].filter((known) => known.endsWith(`/${key}`));
    if (elsewhere.length === 1) return { ok: true, key: elsewhere[0] };
    if (elsewhere.length > 1) {
      const error = `${JSON.stringify(written)} is ambiguous: ${listNames(elsewhere)}`;
      return { ok: false, error, suggestion: null };
    }
    const suggestion = nearestName(key, this.keys);
    if (this.isIncomplete && suggestion === null) return { ok: true, key };
    const known = suggestion === null && this.keys.size <= MOST_LISTED ? `; ${this.list()}` : "";
    return { ok: false, error: `unknown service ${JSON.stringify(written)}${known}`, suggestion };
  }

  private list(): string {
    if (this.keys.size === 0) return "there are no services";
    return `there ${this.keys.size === 1 ? "is" : "are"} ${listNames(this.keys, { word: "and" })}`;
  }
}
