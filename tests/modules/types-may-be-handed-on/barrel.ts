import { Name } from "./types";

export { Shape, Colour } from "./types";
export { Name };
