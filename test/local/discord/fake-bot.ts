import { createPublicKey, verify } from "node:crypto";
import { serve } from "../../../local/serve.ts";
import type { Exchange } from "../../../local/traffic.ts";

interface FakeBot {
  url: string;
  /** Interactions that passed the signature check. */
  received: Interaction[];
  /** How the next interactions are answered; the outermost call wins. */
  answer: (interaction: Interaction) => unknown;
  close(): Promise<void>;
}

/** As much of an interaction as a test looks at. */
interface Interaction {
  id: string;
  type: number;
  token: string;
  context?: number;
  guild_id?: string;
  channel_id?: string;
  member?: { user: { id: string } };
  user?: { id: string };
  data?: {
    custom_id?: string;
    name?: string;
    options?: unknown[];
    resolved?: unknown;
    components?: unknown[];
  };
}

/** A bot that checks signatures with the given key and answers as the test says. */
export async function startFakeBot(
  publicKey: () => string,
  record?: (exchange: Exchange) => void,
): Promise<FakeBot> {
  const bot: FakeBot = {
    url: "",
    received: [],
    answer: () => ({ type: 4, data: { content: "Hello" } }),
    close: async () => {},
  };
  const handle = async (request: Request): Promise<Response> => {
    const body = await request.text();
    const signature = Buffer.from(request.headers.get("x-signature-ed25519") ?? "", "hex");
    const signed = Buffer.from(`${request.headers.get("x-signature-timestamp")}${body}`);
    const key = createPublicKey({
      key: Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), Buffer.from(publicKey(), "hex")]),
      format: "der",
      type: "spki",
    });
    if (!verify(null, signed, key, signature)) return new Response(null, { status: 401 });
    const interaction: Interaction = JSON.parse(body);
    if (interaction.type === 1) return Response.json({ type: 1 });
    bot.received.push(interaction);
    const answer = await bot.answer(interaction);
    return answer instanceof Response ? answer : Response.json(answer);
  };
  const server = await serve(handle, { port: 0, service: () => "bot", ...(record ? { record } : {}) });
  bot.url = `${server.url}/api/interactions`;
  bot.close = server.close;
  return bot;
}
