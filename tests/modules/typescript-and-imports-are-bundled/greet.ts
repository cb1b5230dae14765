export interface Greeting {
  name: string;
}

export const greet = ({ name }: Greeting): string => `hello ${name}`;
