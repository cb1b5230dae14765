export interface Shape {
  sides: number;
}
export type Name = string;
export enum Colour {
  Red = "red",
}
