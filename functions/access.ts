import { app } from "@azure/functions";
import { bot } from "./bot.ts";

app.http("access", {
  route: "access/{token}",
  methods: ["GET", "POST"],
  // Anyone with the link may open it; the link itself is the key.
  authLevel: "anonymous",
  handler: async ({ method, params, headers }) =>
    (await bot()).access({
      method,
      token: params["token"] ?? "",
      forwardedFor: headers.get("x-forwarded-for") ?? undefined,
    }),
});
