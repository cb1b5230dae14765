export const helper = () => 1;
export class Other {}
export const settings = { a: 1 };
export default { fetch: () => new Response("fine") };
