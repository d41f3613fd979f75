import { scriptOperation } from "../../steps/script.ts";
import { doctorCard } from "./doctorCard.ts";

/** What works on the VM and what does not. */
export const doctor = scriptOperation({
  name: "doctor",
  script: "doctor",
  input: () => ({}),
  card: doctorCard,
});
