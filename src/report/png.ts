/** What drawing PNG needs beyond code. */
export interface PngAssets {
  /** Bytes of @resvg/resvg-wasm's index_bg.wasm. */
  readonly wasm: Uint8Array;
  /** Inter as TTF or TTC, `assets/fonts/inter.ttc`; without the pictures' font texts would be missing. */
  readonly font: Uint8Array;
}

type Draw = (svg: string) => Uint8Array;

/** Pixels per unit of the SVG: sharp on a projector. */
const ZOOM = 2;

let load: (() => Promise<PngAssets>) | null = null;
let drawing: Promise<Draw> | null = null;
/** The library's module can be initialised only once in a process. */
let initialised: Promise<void> | null = null;

/**
 * Says where the bytes come from that PNG files need; called at most once, when the first PNG is drawn. This library
 * opens no file itself. Without it reports have no PNG files.
 */
export function usePngAssets(loadAssets: () => Promise<PngAssets>): void {
  load = loadAssets;
  drawing = null;
}

/** An SVG as PNG, twice its size; null when no assets were given. Rejects when they cannot be loaded. */
export async function drawPng(svg: string): Promise<Uint8Array | null> {
  if (load === null) return null;
  drawing ??= prepare(load);
  return (await drawing)(svg);
}

async function prepare(loadAssets: () => Promise<PngAssets>): Promise<Draw> {
  const [{ initWasm, Resvg }, { wasm, font }] = await Promise.all([import("@resvg/resvg-wasm"), loadAssets()]);
  // A copy in a buffer of its own: the types of DOM and Node disagree on views of shared memory.
  initialised ??= initWasm(new Uint8Array(wasm));
  await initialised;
  return (svg) => {
    const renderer = new Resvg(svg, {
      font: { fontBuffers: [font], defaultFontFamily: "Inter", sansSerifFamily: "Inter", loadSystemFonts: false },
      fitTo: { mode: "zoom", value: ZOOM },
    });
    const image = renderer.render();
    const bytes = image.asPng();
    image.free();
    renderer.free();
    return bytes;
  };
}
