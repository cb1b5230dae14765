import { First, table } from "./first.js";

export class Second {
  static seen = [typeof First, typeof table];
}
