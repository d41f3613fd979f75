import { randomUUID } from "node:crypto";
import type { ProgrammingModel, RegisteredFunction, TypedData } from "./core.ts";

export type Log = (message: string) => void;
/** Calls one function with its trigger's data and yields what it returned. Throws what the function throws. */
export type Invoke = (
  called: RegisteredFunction,
  data: TypedData,
  triggerMetadata?: Record<string, TypedData>,
) => Promise<TypedData | null | undefined>;

/** Takes the same steps as the worker: arguments, call, response. */
export function invoker(model: ProgrammingModel, log: Log): Invoke {
  return async ({ metadata, callback }, data, triggerMetadata = {}) => {
    const [name] = triggerOf(metadata.bindings);
    const invocation = model.getInvocationModel({
      invocationId: randomUUID(),
      metadata,
      state: "invocation",
      request: { inputData: [{ name, data }], triggerMetadata },
      log: (level, _category, message) => log(`${metadata.name}: ${level}: ${message}`),
    });
    const { context, inputs } = await invocation.getArguments();
    const result = await invocation.invokeFunction(context, inputs, callback);
    return (await invocation.getResponse(context, result)).returnValue;
  };
}

/** The binding that starts a function, with its name. */
export function triggerOf(bindings: RegisteredFunction["metadata"]["bindings"]) {
  const trigger = Object.entries(bindings).find(([, { type }]) => type.endsWith("Trigger"));
  if (trigger === undefined) throw new Error("a function without a trigger");
  return trigger;
}
