import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { usePngAssets } from "../report/png.js";

/**
 * The library as Node.js loads it: the same as `index.ts`, and reports can draw PNG, for which this file reads what the
 * library itself opens no file for. Nothing is read before the first PNG.
 */
export * from "../index.js";

usePngAssets(async () => {
  const wasmPath = createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm");
  const fontUrl = new URL("../../assets/fonts/inter.ttc", import.meta.url);
  const [wasm, font] = await Promise.all([readFile(wasmPath), readFile(fontUrl)]);
  return { wasm, font };
});
