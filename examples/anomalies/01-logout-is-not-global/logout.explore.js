import { explore } from "edgeemu/test";

explore("logout is global", { colos: ["FRA", "SFO"] }, async (w) => {
  const laptop = w.client("laptop", { colo: "FRA" });
  const phone = w.client("phone", { colo: "SFO" });
  w.shareCookies(laptop, phone);

  await laptop.post("/login");
  await phone.get("/me");
  await laptop.post("/logout");

  const answer = await phone.get("/me");
  w.always(answer.status === 401, "nobody is signed in after logout", `the phone was told: ${answer.body}`);
});
