import { Conflict } from "../core/errors.ts";
import { Clash } from "./table.ts";

/** Somebody who was faster is no fault of the table. @throws Conflict */
export async function conflicting(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Clash) throw new Conflict("somebody else wrote the row first", { cause: error });
    throw error;
  }
}
