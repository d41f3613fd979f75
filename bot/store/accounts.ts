import * as z from "zod";
import { accountKey } from "../core/account.ts";
import { AccountTaken } from "../core/errors.ts";
import type { Store } from "../core/store.ts";
import { conflicting } from "./conflicting.ts";
import { Clash, type JsonTable } from "./table.ts";

const memberKey = z.string();

/** Whose an account is. */
export const accountsIn = (accounts: JsonTable): Pick<Store, "memberOf" | "link" | "unlink"> => ({
  memberOf: async (account) => {
    const found = await accounts.get(accountKey(account), "member");
    return found && memberKey.parse(found.value);
  },

  link: async (account, member) => {
    try {
      await accounts.insert(accountKey(account), "member", member);
    } catch (error) {
      if (!(error instanceof Clash)) throw error;
      const found = await accounts.get(accountKey(account), "member");
      if (found?.value !== member) throw new AccountTaken(`${accountKey(account)} belongs to somebody else`);
    }
  },

  unlink: async (account, member) => {
    const found = await accounts.get(accountKey(account), "member");
    if (found?.value !== member) return;
    await conflicting(() => accounts.remove(accountKey(account), "member", found.etag));
  },
});
