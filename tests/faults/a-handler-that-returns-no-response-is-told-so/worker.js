export default {
  fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/text") return "text";
    if (pathname === "/undefined") return undefined;
    if (pathname === "/promise") return Promise.resolve({ status: 200 });
    if (pathname === "/used") {
      const response = new Response("x");
      return response.text().then(() => response);
    }
    return new Response("ok");
  },
};
