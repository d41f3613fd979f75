import { describe, expect, it } from "vitest";
import type { Change, RowKinds } from "../../../bot/core/store.ts";
import { storageAccount } from "../../azurite.ts";
import { at, rows } from "./rows.ts";
import { keysOf, storeIn, tableIn } from "./tables.ts";

describe("tokens that are dead", () => {
  const minutes = (count: number) => new Date(Date.parse(at) + count * 60_000);
  const to = { platform: "discord", account: "102", data: { token: "aW50ZXJhY3Rpb24", at, channel: "20" } };
  const values: Partial<RowKinds> = {
    op: { ...rows.op, replyTo: to },
    delivery: { ...rows.delivery, to },
    call: { ...rows.call, files: undefined, replyTo: to },
    bulk: { ...rows.bulk, replyTo: to },
    accessLinks: { given: rows.accessLinks.given.map((link) => ({ ...link, replyTo: to })) },
  };
  const changes = Object.entries(values).map(([kind, value]) => ({ kind, id: "1", value }) as Change);

  it("leave each kind of row, and nothing else does", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", changes);
    await own.tend(minutes(14));
    for (const { kind, value } of changes) expect((await own.get("one", kind, "1"))?.value).toEqual(value);
    await own.tend(minutes(15));
    for (const { kind, value } of changes)
      expect((await own.get("one", kind, "1"))?.value).toEqual(
        JSON.parse(JSON.stringify(value).replaceAll('"token":"aW50ZXJhY3Rpb24",', "")),
      );
    expect(await keysOf(connectionString, "due")).toEqual([]);
  });

  it("take along where files are, which opens them, token or none", async () => {
    const own = storeIn(storageAccount());
    const files = {
      a: { platform: "teams", name: "team.json", url: "https://files.contoso.com/?tempauth=x" },
    };
    await own.commit("one", [{ kind: "call", id: "1", value: { ...rows.call, files } }]);
    await own.tend(minutes(14));
    expect((await own.get("one", "call", "1"))?.value.files).toEqual(files);
    await own.tend(minutes(15));
    expect((await own.get("one", "call", "1"))?.value).toEqual({ ...rows.call, files: undefined });
  });

  it("leave what an earlier version has written when everything is looked at", async () => {
    const connectionString = storageAccount();
    const own = storeIn(connectionString);
    await own.commit("one", changes);
    for (const key of await keysOf(connectionString, "due"))
      await tableIn(connectionString, "due").deleteEntity("due", key);
    await own.forget(minutes(20), 90);
    for (const { kind } of changes)
      expect(JSON.stringify(await own.get("one", kind, "1"))).not.toContain("aW50ZXJhY3Rpb24");
  });

  it("leave a row that got another call's token, too", async () => {
    const own = storeIn(storageAccount());
    await own.commit("one", [{ kind: "bulk", id: "1", value: rows.bulk }]);
    const etag = (await own.get("one", "bulk", "1"))?.etag;
    await own.commit("one", [{ kind: "bulk", id: "1", value: { ...rows.bulk, replyTo: to }, etag }]);
    await own.tend(minutes(15));
    expect(JSON.stringify(await own.get("one", "bulk", "1"))).not.toContain("aW50ZXJhY3Rpb24");
  });
});
