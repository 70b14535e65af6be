import { quote } from "./go-format.js";

/**
 * Numbers and booleans as Go's package strconv reads them, with its errors: what Knative accepts in a ConfigMap or an
 * annotation is what these accept.
 *
 * @see Go strconv atof.go, atoi.go, atob.go (grammar restated)
 */

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | {
      readonly ok: false;
      readonly error: string /** well-formed, but too large or too small */;
      readonly outOfRange: boolean;
    };

const DIGITS = "\\d(?:_?\\d)*";
const HEX_DIGITS = "[\\da-fA-F](?:_?[\\da-fA-F])*";
const DECIMAL_FLOAT = new RegExp(`^[+-]?(?:${DIGITS}\\.?(?:${DIGITS})?|\\.${DIGITS})(?:[eE][+-]?${DIGITS})?$`);
const HEX_FLOAT = new RegExp(
  `^([+-]?)0[xX](?:_?(${HEX_DIGITS})(?:\\.(${HEX_DIGITS})?)?|\\.(${HEX_DIGITS}))[pP]([+-]?${DIGITS})$`,
);
const INFINITY = /^([+-]?)inf(?:inity)?$/i;

/**
 * A 64-bit float: decimal or hexadecimal (`0x1p4`), underscores between digits, `NaN`, `Inf` and `Infinity` in any case.
 * No surrounding space; too large is an error, too small is 0.
 */
export function parseFloat64(text: string): Parsed<number> {
  const infinity = INFINITY.exec(text);
  if (infinity) return { ok: true, value: infinity[1] === "-" ? -Infinity : Infinity };
  if (/^nan$/i.test(text)) return { ok: true, value: Number.NaN };
  const hexadecimal = HEX_FLOAT.exec(text);
  if (!hexadecimal && !DECIMAL_FLOAT.test(text)) return syntaxError("ParseFloat", text);
  const value = hexadecimal ? hexFloat(hexadecimal) : Number(text.replaceAll("_", ""));
  return Number.isFinite(value) ? { ok: true, value } : rangeError("ParseFloat", text);
}

/** The value of a matched hexadecimal float; exact but for results below 1e-307, which nobody configures. */
function hexFloat([, sign, whole = "", decimals = "", onlyDecimals = "", power]: RegExpExecArray): number {
  const fraction = (decimals + onlyDecimals).replaceAll("_", "");
  let value = Number(BigInt(`0x0${whole.replaceAll("_", "")}${fraction}`));
  let exponent = Number(power!.replaceAll("_", "")) - 4 * fraction.length;
  for (; exponent > 0 && value !== 0 && Number.isFinite(value); exponent--) value *= 2;
  for (; exponent < 0 && value !== 0; exponent++) value /= 2;
  return sign === "-" ? -value : value;
}

/** A signed integer in base ten, without underscores or decimals. Beyond 2^53 its double is returned. */
export function parseInt32(text: string): Parsed<number> {
  return parseSigned("ParseInt", text, 32);
}

/** As parseInt32, with 64 bits. */
export function parseInt64(text: string): Parsed<number> {
  return parseSigned("ParseInt", text, 64);
}

/** As parseInt64, under the name of Go's shorthand: its errors differ. */
export function parseAtoi(text: string): Parsed<number> {
  return parseSigned("Atoi", text, 64);
}

/** An unsigned 64-bit integer in base ten; not even a plus sign. */
export function parseUint64(text: string): Parsed<bigint> {
  return scanDigits("ParseUint", text, text, 64);
}

function parseSigned(goName: string, text: string, bits: 32 | 64): Parsed<number> {
  const sign = /^[+-]/.exec(text)?.[0] ?? "";
  const magnitude = scanDigits(goName, text, text.slice(sign.length), bits);
  if (!magnitude.ok) return magnitude;
  const limit = 1n << BigInt(bits - 1);
  if (sign === "-" ? magnitude.value > limit : magnitude.value >= limit) return rangeError(goName, text);
  const value = Number(magnitude.value);
  return { ok: true, value: sign === "-" && value !== 0 ? -value : value };
}

/** Reads digits until one is none (a syntax error) or the value leaves its range, whichever comes first. */
function scanDigits(goName: string, text: string, digits: string, bits: 32 | 64): Parsed<bigint> {
  if (digits === "") return syntaxError(goName, text);
  const limit = 1n << BigInt(bits);
  let value = 0n;
  for (const character of digits) {
    if (character < "0" || character > "9") return syntaxError(goName, text);
    value = value * 10n + BigInt(character);
    if (value >= limit) return rangeError(goName, text);
  }
  return { ok: true, value };
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  ...{ "1": true, t: true, T: true, true: true, TRUE: true, True: true },
  ...{ "0": false, f: false, F: false, false: false, FALSE: false, False: false },
};

/** One of `1 t T true TRUE True 0 f F false FALSE False`; not `yes`. */
export function parseBool(text: string): Parsed<boolean> {
  if (!Object.hasOwn(BOOLEANS, text)) return syntaxError("ParseBool", text);
  return { ok: true, value: BOOLEANS[text]! };
}

function syntaxError(goName: string, text: string): Parsed<never> {
  return { ok: false, error: `strconv.${goName}: parsing ${quote(text)}: invalid syntax`, outOfRange: false };
}

function rangeError(goName: string, text: string): Parsed<never> {
  return {
    ok: false,
    error: `strconv.${goName}: parsing ${quote(text)}: value out of range`,
    outOfRange: true,
  };
}
