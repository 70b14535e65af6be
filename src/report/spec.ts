/** Vega-Lite as plain data: the specification is written to a file and compiled later. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type Spec = { readonly [key: string]: Json };

/** Width of the plotting area of every picture, pixels. */
export const WIDTH = 800;
