import { doctorCard } from "../core/cards/doctorCard.ts";
import { scriptOperation } from "./script.ts";

/** What works on the VM and what does not. */
export const doctor = scriptOperation({
  name: "doctor",
  script: "doctor",
  input: () => ({}),
  card: doctorCard,
});
