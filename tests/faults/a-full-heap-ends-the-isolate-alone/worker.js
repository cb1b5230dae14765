const kept = [];

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/objects") for (;;) kept.push({ list: new Array(1000).fill(kept.length) });
    if (pathname === "/text") {
      for (let text = "x"; ; text += text) kept.push(text.split("").map((letter) => letter + kept.length));
    }
    return new Response(`${kept.length} things`);
  },
};
