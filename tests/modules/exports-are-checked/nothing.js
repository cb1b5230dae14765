export const nothing = null;
export default { fetch: () => new Response("never") };
