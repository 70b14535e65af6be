/**
 * Compares two texts as Go compares strings: by the bytes of their UTF-8 form.
 *
 * JavaScript's `<` compares UTF-16 units and puts characters beyond U+FFFF before U+E000…U+FFFF; code points have the
 * order of UTF-8 bytes.
 *
 * @returns negative, zero or positive, for Array.sort
 */
export function compareBytes(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index++) {
    if (left.charCodeAt(index) !== right.charCodeAt(index)) {
      // A difference in the second half of a pair means the first halves agree: their code points start one earlier.
      const start =
        isLowSurrogate(left.charCodeAt(index)) && isLowSurrogate(right.charCodeAt(index)) ? index - 1 : index;
      return left.codePointAt(Math.max(start, 0))! - right.codePointAt(Math.max(start, 0))!;
    }
  }
  return left.length - right.length;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
