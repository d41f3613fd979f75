import { scriptOperation } from "../../steps/script.ts";
import { logCards } from "./logCard.ts";

/** A page of a log of the VM; every secret is masked before it leaves the VM. */
export const logs = scriptOperation({
  name: "logs",
  script: "logs",
  input: ({ operation: { input } }) => ({ KIND: input.log ?? "gateway", PAGE: String(input.page ?? 1) }),
  cards: logCards,
});
