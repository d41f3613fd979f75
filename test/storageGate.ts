import { connect, createServer, type Server, type Socket } from "node:net";

export type StorageGate = Awaited<ReturnType<typeof storageGate>>;

/**
 * Stands before a storage account, byte for byte, so that its answers can be late or not come at all. Of HTTP it knows the
 * first line of a request alone; what is held back is held back on every connection.
 */
export async function storageGate(connectionString: string) {
  const sockets = new Set<Socket>();
  const held: (() => void)[] = [];
  let state: "open" | "held" | "away" = "open";
  let holds: (line: string) => boolean = () => true;
  let onFirstCall = () => {};
  let loses: RegExp | undefined;
  const servers: Server[] = [];

  const before = async (port: number): Promise<number> => {
    const server = createServer((client) => {
      if (state === "away") return void client.destroy();
      const storage = connect(port, "127.0.0.1");
      for (const socket of [client, storage]) {
        sockets.add(socket);
        // Whichever side ends, the other ends with it.
        socket
          .on("error", () => undefined)
          .on("close", () => {
            sockets.delete(socket);
            client.destroy();
            storage.destroy();
          });
      }
      let line = "";
      client.on("data", (bytes) => {
        line = /^[A-Z]+ \/[^\r\n]*/.exec(bytes.toString("latin1", 0, 2000))?.[0] ?? line;
        onFirstCall();
      });
      client.pipe(storage);
      storage.on("data", (bytes) => {
        if (loses?.test(line)) {
          loses = undefined;
          client.destroy();
        } else if (state === "held" && holds(line)) held.push(() => client.write(bytes));
        else client.write(bytes);
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the gate has no port");
    return address.port;
  };

  const ports = new Map<string, number>();
  for (const [, port = ""] of connectionString.matchAll(/Endpoint=http:\/\/127\.0\.0\.1:(\d+)\//g))
    ports.set(port, await before(Number(port)));

  const open = () => {
    state = "open";
    for (const pass of held.splice(0)) pass();
  };
  return {
    /** The account's, through this gate. */
    connectionString: connectionString.replaceAll(
      /(Endpoint=http:\/\/127\.0\.0\.1:)(\d+)/g,
      (_all, start: string, port: string) => `${start}${ports.get(port)}`,
    ),
    /** What the storage answers stays here until `open`; with a pattern, what it answers to requests whose first line is of that form. */
    hold: (only?: RegExp) => {
      state = "held";
      holds = (line) => only === undefined || only.test(line);
    },
    open,
    /** The answer to the next request whose first line is of that form is lost; it has had its effect. */
    lose: (only: RegExp) => {
      loses = only;
    },
    /** Whether what was to be lost is lost. */
    hasLost: () => loses === undefined,
    /** The first call from now on is answered after so many milliseconds, and so is whatever comes meanwhile. */
    sleepFor: (milliseconds: number) => {
      state = "held";
      holds = () => true;
      onFirstCall = () => {
        onFirstCall = () => {};
        setTimeout(open, milliseconds);
      };
    },
    /** Nobody reaches the storage until `open`. */
    cut: () => {
      state = "away";
      held.length = 0;
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}
