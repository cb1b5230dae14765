export const LIMIT = 5;
export default { fetch: () => new Response("never") };
