import * as z from "zod";
import type { Store } from "../core/store.ts";
import { conflicting } from "./conflicting.ts";
import type { JsonTable } from "./table.ts";

const adminKeys = z.array(z.string()).readonly();

/** All admins, in one row. */
export const adminListIn = (roster: JsonTable): Pick<Store, "admins" | "changeAdmins"> => ({
  admins: async () => adminKeys.parse((await roster.get("admins", "admins"))?.value ?? []),

  changeAdmins: async (change) => {
    const found = await roster.get("admins", "admins");
    const keys = change(adminKeys.parse(found?.value ?? []));
    await conflicting(() =>
      found ? roster.replace("admins", "admins", keys, found.etag) : roster.insert("admins", "admins", keys),
    );
  },
});
