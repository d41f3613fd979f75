import { createHash } from "node:crypto";
import { dayMs } from "../core/lifetimes.ts";
import { policySettings } from "../core/policySettings.ts";
import { eachSetting } from "../core/setting.ts";
import type { Settings } from "../core/settings.ts";
import type { Periodic } from "../parts.ts";
import { duesOf } from "./dueTimes.ts";
import { enter } from "./outbox.ts";

/**
 * Everybody's due times are written down again: once a day, since a due row can be lost, and at once where a setting is another, in chat or in the
 * environment. One too many finds nothing to do.
 */
export const dueAnew: Periodic = {
  name: "due times",
  everyMs: dayMs,
  basis: (settings) =>
    createHash("sha256")
      .update(JSON.stringify(valuesOf(settings)))
      .digest("base64url"),
  async run(parts) {
    const now = parts.clock.now();
    for (const person of await parts.store.people()) {
      const dues = duesOf(person, parts);
      if (dues.length === 0) continue;
      const wake = dues.filter(({ at }) => at <= now).map(({ message }) => message);
      const later = dues.filter(({ at }) => at > now);
      await enter({ partition: person.member.key, changes: [], wake, later }, parts);
    }
  },
};

const valuesOf = (settings: Settings) => eachSetting(policySettings, (_, name) => settings[name]);
