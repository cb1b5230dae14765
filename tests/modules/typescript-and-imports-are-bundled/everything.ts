export const one = 1;
export * from "./two.js";
