import * as z from "zod";
import type { Store } from "../core/store.ts";
import type { JsonTable } from "./table.ts";

const cachedShape = z.object({ value: z.unknown(), at: z.string() });

/** What may be thrown away. */
export const cacheRowsIn = (cache: JsonTable): Pick<Store, "cached" | "cache"> => ({
  cached: async (name) => {
    const found = await cache.get("cache", name);
    return found && cachedShape.parse(found.value);
  },

  cache: (name, value, at) => cache.put("cache", name, { value, at: at.toISOString() }),
});
