import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textLines } from "../../src/experiment/text-lines.js";

async function* pieces(bytes: Uint8Array, length: number): AsyncIterableIterator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += length) yield bytes.subarray(start, start + length);
}

async function linesOf(source: Parameters<typeof textLines>[0]): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of textLines(source)) lines.push("error" in line ? `!${line.error}` : line.text);
  return lines;
}

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("the lines of a text", () => {
  it("are the same however the bytes arrive", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "grapheme" }).map((text) => text.replace(/[\r\n\uFEFF]/g, "é"))),
        fc.integer({ min: 1, max: 7 }),
        fc.boolean(),
        async (lines, length, isCompressed) => {
          const bytes = utf8(lines.map((line) => `${line}\r\n`).join(""));
          const source = pieces(isCompressed ? gzipSync(bytes) : bytes, length);
          expect(await linesOf(source)).toEqual(lines);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("count from one, with a last line that has no end", async () => {
    const numbers: number[] = [];
    for await (const { line } of textLines("a\n\nc")) numbers.push(line);
    expect(numbers).toEqual([1, 2, 3]);
    expect(await linesOf("")).toEqual([]);
  });

  it("may be UTF-16 with a byte order mark", async () => {
    expect(await linesOf(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x0a, 0, 0x62, 0))).toEqual(["a", "b"]);
    expect(await linesOf(utf8("\uFEFFa"))).toEqual(["a"]);
  });

  it("end with a reason where the bytes are no text or damaged", async () => {
    expect(await linesOf(pieces(Uint8Array.of(0x61, 0x0a, 0xff, 0x62), 2))).toEqual([
      "a",
      "!not text: it must be UTF-8",
    ]);
    const packed = gzipSync(utf8("a\n".repeat(1000)));
    expect((await linesOf(packed.subarray(0, packed.length - 12))).at(-1)).toBe("!damaged: gzip cannot unpack it");
  });
});
