const settings = undefined;
const limit = settings.limit;

export default { fetch: () => new Response(limit) };
