/**
 * Stands in for the module `@azure/functions-core`, which exists only inside the Functions Node worker and which
 * `@azure/functions` needs when an app registers its functions. Shapes as in `@azure/functions` 4.16, without the parts that
 * it doesn't use, and without any hook except the start hook.
 */

/** One value on its way between host and worker, as in the worker's gRPC contract. */
export interface TypedData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly http?: HttpData;
}

export interface HttpData {
  readonly method?: string;
  readonly url?: string;
  readonly statusCode?: string;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly params?: Record<string, string>;
  readonly body?: TypedData | null;
}

export interface Binding {
  readonly type: string;
  readonly direction: "in" | "out";
  readonly [option: string]: unknown;
}

interface FunctionMetadata {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
}

type Callback = (...inputs: unknown[]) => unknown;

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: Callback;
}

interface InvocationContext {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly state: string;
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata: Readonly<Record<string, TypedData>>;
  };
  log(level: string, category: string, message: string): void;
}

export interface ProgrammingModel {
  getCapabilities(capabilities: Record<string, string>): Promise<unknown>;
  getInvocationModel(context: InvocationContext): {
    getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
    invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
    getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData | null }>;
  };
}

type Hook = (context: { readonly hookData: object; readonly appHookData: object }) => unknown;

const functions: RegisteredFunction[] = [];
const startHooks: Hook[] = [];
let model: ProgrammingModel | undefined;
let open = true;

export function setProgrammingModel(given: ProgrammingModel): void {
  model = given;
}

export function registerFunction(metadata: FunctionMetadata, callback: Callback): void {
  if (!open) throw new Error("A function can only be registered during app startup.");
  functions.push({ metadata, callback });
}

export function registerHook(name: string, hook: Hook): void {
  if (name !== "appStart")
    throw new Error(`the local Functions host knows no hook "${name}", so it can't be registered`);
  startHooks.push(hook);
}

/** Finishes the start like the worker, running the app's start hooks one after the other; returns what the app registered. */
export async function registered(): Promise<{
  model: ProgrammingModel;
  functions: readonly RegisteredFunction[];
}> {
  const appHookData = {};
  for (const hook of startHooks) await hook({ hookData: {}, appHookData });
  open = false;
  if (model === undefined || functions.length === 0) throw new Error("the app registered no function");
  return { model, functions };
}
