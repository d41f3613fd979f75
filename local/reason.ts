/** Why something did not start, in a sentence or two; `portVariable` is the setting that chooses another port. */
export function reasonOf(error: unknown, portVariable: string): string {
  if (!(error instanceof Error)) return String(error);
  if (!("code" in error && error.code === "EADDRINUSE")) return error.message;
  const port = "port" in error ? String(error.port) : "you asked for";
  return `Port ${port} is in use. Stop what is using it, or choose another port with ${portVariable}.`;
}
