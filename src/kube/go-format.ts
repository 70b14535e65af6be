/**
 * Values as Go's package fmt prints them, because Knative's messages are made with it.
 *
 * @see Go strconv ftoa.go, quote.go (formats restated)
 */

/** Letters, marks, numbers, punctuation, symbols and the plain space: what Go calls printable. */
const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** Text in double quotes with Go's escapes (`%q`). */
export function quote(text: string): string {
  let quoted = '"';
  for (const character of text)
    quoted += ESCAPES[character] ?? (PRINTABLE.test(character) ? character : escaped(character));
  return `${quoted}"`;
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  const hex = code.toString(16);
  if (code < 0x20 || code === 0x7f) return `\\x${hex.padStart(2, "0")}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}

/**
 * The shortest decimal that reads back as `value` (`%v`): `0.5`, `101`, `1e+06`, `+Inf`.
 *
 * Exponent form below 1e-4 and from a million on, unlike JavaScript, which waits until 1e21.
 */
export function formatFloat(value: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  const sign = isNegative(value) ? "-" : "";
  const [mantissa, exponentText] = Math.abs(value).toExponential().split("e");
  const exponent = Number(exponentText);
  if (exponent >= -4 && exponent < 6) return sign + String(Math.abs(value));
  return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

/** Six decimals (`%f`), halves to even as Go rounds the exact value: `-2.000000`, `0.007812`. */
export function formatFixed(value: number): string {
  if (!Number.isFinite(value)) return formatNonFinite(value);
  const sign = isNegative(value) ? "-" : "";
  const magnitude = Math.abs(value);
  // toFixed has no digits for numbers this large; they are integers.
  if (magnitude >= 1e21) return `${sign}${BigInt(magnitude)}.000000`;
  const rounded = magnitude.toFixed(6);
  // toFixed rounds exact halves up; forty decimals tell an exact half from a near one.
  const isHalf = /\.\d{6}50*$/.test(magnitude.toFixed(40));
  const isOdd = Number(rounded.at(-1)) % 2 === 1;
  return sign + (isHalf && isOdd ? magnitude.toFixed(7).slice(0, -1) : rounded);
}

function formatNonFinite(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

/** True for −0 too: Go prints its sign. */
function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}
