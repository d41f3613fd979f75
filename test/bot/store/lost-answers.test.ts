import { describe, expect, it } from "vitest";
import { Conflict } from "../../../bot/core/errors.ts";
import type { Change, Store } from "../../../bot/core/store.ts";
import { storageAccount } from "../../azurite.ts";
import { storageGate } from "../../storageGate.ts";
import { rows } from "./rows.ts";
import { newMember, storeIn } from "./tables.ts";

describe("a write whose answer is lost", () => {
  type Own = { readonly store: Store; readonly lose: (only: RegExp) => void };
  const throughGate = async (doing: (own: Own) => Promise<void>): Promise<void> => {
    const gate = await storageGate(storageAccount());
    try {
      await doing({ store: storeIn(gate.connectionString), lose: gate.lose });
      expect(gate.hasLost()).toBe(true);
    } finally {
      await gate.close();
    }
  };
  const claim = (at: string, etag?: string): Change => ({
    kind: "claim",
    id: "1",
    value: { ...rows.claim, at },
    etag,
  });
  const batch = /^POST .*\$batch/;

  it("is known for one's own, though the client has sent it once more", () =>
    throughGate(async ({ store, lose }) => {
      await store.commit("lost", [newMember("lost")]);
      lose(batch);
      await store.commit("lost", [claim("first")]);
      const etag = (await store.get("lost", "claim", "1"))?.etag;
      lose(batch);
      await store.commit("lost", [claim("second", etag)]);
      expect((await store.get("lost", "claim", "1"))?.value.at).toBe("second");
    }));

  it("is not taken for one's own where somebody else has written the very same", () =>
    throughGate(async ({ store, lose }) => {
      await store.commit("same", [claim("first")]);
      const etag = (await store.get("same", "claim", "1"))?.etag;
      await store.commit("same", [claim("second", etag)]);
      lose(batch);
      await expect(store.commit("same", [claim("second", etag)])).rejects.toThrow(Conflict);
      await expect(store.commit("same", [claim("second")])).rejects.toThrow(Conflict);
    }));

  it("changes the admins once, and is no quarrel", () =>
    throughGate(async ({ store, lose }) => {
      await store.changeAdmins(() => ["a"]);
      lose(/^PUT .*roster/);
      await store.changeAdmins((keys) => [...keys, "b"]);
      expect(await store.admins()).toEqual(["a", "b"]);
    }));
});
