interface Env {
  VISITS: KVNamespace;
  GREETING: string;
}

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/favicon.ico") {
      return new Response(null, { status: 404 });
    }

    const visits = Number((await env.VISITS.get(pathname)) ?? 0) + 1;
    await env.VISITS.put(pathname, String(visits));
    return Response.json({ message: `${env.GREETING} from ${pathname}`, visits });
  },
} satisfies ExportedHandler<Env>;
