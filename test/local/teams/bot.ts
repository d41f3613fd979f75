import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type ConversationReference,
  type InvokeResponse,
  type TurnContext,
} from "botbuilder";
import { botEnvironment, type TeamsSimulator } from "../../../local/teams/start.ts";

/** A minimal bot of botbuilder's own: what the simulator says and takes is what Microsoft's SDK takes and says. */
export class SmallBot extends CloudAdapter {
  readonly received: Activity[] = [];
  /** What it does with the next activities. */
  turn: (context: TurnContext) => Promise<InvokeResponse | undefined> = async () => undefined;
  readonly #appId: string;

  constructor(teams: TeamsSimulator) {
    const env = botEnvironment(teams);
    super(
      new ConfigurationBotFrameworkAuthentication({
        MicrosoftAppType: "UserAssignedMSI",
        MicrosoftAppId: teams.appId,
        MicrosoftAppTenantId: teams.tenantId,
        ValidateAuthority: true,
        ToChannelFromBotLoginUrl: env.BOT_LOGIN_URL,
        ToChannelFromBotOAuthScope: "https://api.botframework.com",
        ToBotFromChannelTokenIssuer: env.BOT_TOKEN_ISSUER,
        OAuthUrl: "https://api.botframework.com",
        ToBotFromChannelOpenIdMetadataUrl: env.BOT_OPENID_METADATA_URL,
        ToBotFromEmulatorOpenIdMetadataUrl: env.BOT_OPENID_METADATA_URL,
        CallerId: "",
      }),
    );
    this.#appId = teams.appId;
  }

  handle = async (request: Request): Promise<Response> => {
    const activity: Activity = await request.json();
    let answer: InvokeResponse | undefined;
    try {
      const authorization = request.headers.get("authorization") ?? "";
      answer = await this.processActivity(authorization, activity, async (context) => {
        this.received.push(context.activity);
        const value = await this.turn(context);
        if (value) await context.sendActivity({ type: "invokeResponse", value });
      });
    } catch (error) {
      // botbuilder throws more than its own AuthenticationError for a token that is no good.
      if (this.received.length === 0) return new Response(null, { status: 401 });
      throw error;
    }
    return answer
      ? Response.json(answer.body, { status: answer.status })
      : new Response(null, { status: 200 });
  };

  /** A message to somebody who did not ask. */
  async dm(teams: TeamsSimulator, id: string, message: Partial<Activity>): Promise<string | undefined> {
    let sent: string | undefined;
    await this.createConversationAsync(
      this.#appId,
      "msteams",
      teams.serviceUrl,
      "https://api.botframework.com",
      {
        isGroup: false,
        bot: { id: `28:${teams.appId}`, name: "OpenClaw" },
        members: [{ id, name: "" }],
        tenantId: teams.tenantId,
        channelData: { tenant: { id: teams.tenantId } },
        // botbuilder's type asks for it; Teams does not.
        ...({} as { activity: Activity }),
      },
      async (context) => {
        sent = (await context.sendActivity(message))?.id;
      },
    );
    return sent;
  }

  /** Does something in a conversation that is known. */
  async in<T>(teams: TeamsSimulator, id: string, work: (context: TurnContext) => Promise<T>): Promise<T> {
    const results: T[] = [];
    const reference = {
      channelId: "msteams",
      serviceUrl: teams.serviceUrl,
      bot: { id: `28:${teams.appId}`, name: "OpenClaw" },
      conversation: { id, isGroup: false, conversationType: "personal", name: "", tenantId: teams.tenantId },
    } satisfies Partial<ConversationReference>;
    await this.continueConversationAsync(this.#appId, reference, async (context) => {
      results.push(await work(context));
    });
    const [result] = results;
    if (result === undefined) throw new Error("the conversation did not continue");
    return result;
  }
}
