import { expect, it } from "vitest";
import { tableClient } from "../../../bot/store/connection.ts";
import { queueClient } from "../../../bot/store/queue.ts";

it("finds the account by its name alone, as the Functions host does with an identity", () => {
  const connection = { accountName: "contosobot", clientId: "33333333-3333-3333-3333-333333333333" };
  expect(tableClient(connection, "state").url).toBe("https://contosobot.table.core.windows.net");
  expect(queueClient(connection, "work").url).toBe("https://contosobot.queue.core.windows.net/work");
});
