import { setFlagsFromString } from "node:v8";

/**
 * Keeps V8 from optimising WebAssembly it runs once: drawing two PNG files takes half the time. For processes of our own
 * only, because the flag holds for all of a process.
 */
export function favourQuickStart(): void {
  setFlagsFromString("--wasm-tiering-budget=100000000");
}
