import { Second } from "./second.js";

export class First {
  static other() {
    return Second;
  }
}
export const table = { a: 1 };
