import { sentenceFor } from "../cards/faultSentences.ts";
import type { SnapshotTruth } from "../core/cloud.ts";
import type { Bot } from "../core/command.ts";
import { AzureFault, Refusal } from "../core/errors.ts";

/** The snapshots of a member's home disk, newest first. @throws Refusal */
export async function snapshotsOf(key: string, bot: Bot): Promise<readonly SnapshotTruth[]> {
  try {
    return await bot.cloud.snapshots(bot.settings.place, key);
  } catch (error) {
    if (!(error instanceof AzureFault)) throw error;
    throw new Refusal(`I couldn't list the backups. ${sentenceFor(error)}`);
  }
}

/** The answer if a home disk already exists. */
export const tearDownFirst =
  "To restore one, first press Tear down: I'll keep what is on the home disk now in a snapshot of its own.";
