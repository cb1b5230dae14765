const answer = 6 * 7;
addEventListener("answer", () => answer);
