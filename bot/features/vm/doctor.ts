import { scriptOperation } from "../../steps/script.ts";
import { doctorCards } from "./doctorCard.ts";

/** What works on the VM and what does not. */
export const doctor = scriptOperation({
  name: "doctor",
  script: "doctor",
  input: () => ({}),
  cards: doctorCards,
});
