import { invalid } from "./errors.ts";

/** Computes once and remembers; a call while it is still computing means a circular dependency. */
export function once<T>(what: string, work: () => T): () => T {
  let state: { value: T } | "fresh" | "busy" = "fresh";
  return () => {
    if (typeof state === "object") return state.value;
    if (state === "busy") {
      throw invalid(
        `Circular dependency detected on ${what}. Please see https://aka.ms/arm-syntax-resources for usage details.`,
      );
    }
    state = "busy";
    try {
      const value = work();
      state = { value };
      return value;
    } finally {
      if (state === "busy") state = "fresh";
    }
  };
}
