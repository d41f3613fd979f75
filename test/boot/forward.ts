/** Runs in a machine's network: hands each connection to a socket outside. Arguments: ADDRESS:PORT=SOCKET … */
import { connect, createServer } from "node:net";

for (const rule of process.argv.slice(2)) {
  const [, host, port, socket] = /^(.+):(\d+)=(.+)$/.exec(rule) ?? [];
  if (host === undefined || socket === undefined) throw new Error(`not a rule: ${rule}`);
  createServer((inside) => {
    const outside = connect(socket);
    inside.on("error", () => outside.destroy());
    outside.on("error", () => inside.destroy());
    inside.pipe(outside).pipe(inside);
  }).listen(Number(port), host);
}
// Ends with whoever started it.
process.stdin.on("end", () => process.exit()).resume();
