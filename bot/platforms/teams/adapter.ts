import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { type Activity, CloudAdapter, ConfigurationBotFrameworkAuthentication } from "botbuilder";
import { PlatformUnwell } from "../../core/errors.ts";

const quiet = new AsyncLocalStorage<true>();
const say = console.error;
console.error = (...what: unknown[]) => {
  if (!quiet.getStore()) say(...what);
};

/**
 * Does something whose complaints nobody else is to read: botbuilder writes an error and a key to the console for each token that it
 * refuses, and has no setting for that. Anybody could fill the log with it.
 */
const quietly = <T>(work: () => Promise<T>): Promise<T> => quiet.run(true, work);

export interface AdapterOptions {
  /** Of the bot, which is the client id of its managed identity. */
  readonly appId: string;
  readonly tenantId: string;
  /** Where the Bot Framework publishes the keys with which it signs. */
  readonly openIdMetadataUrl: string;
  /** Who signs. */
  readonly tokenIssuer: string;
  readonly loginUrl: string;
  /** For so long the token for the Bot Connector is waited for; in milliseconds. */
  readonly tokenTimeout?: number | undefined;
}

/** Whom the Bot Connector's tokens are for ("Authentication with the Bot Connector API", 2026-01). */
const audience = "https://api.botframework.com";

/** Says for how long we wait for the Bot Connector, in milliseconds: Teams itself waits 15 seconds for us. */
export const connectorTimeout = { timeout: 10_000 } as const;

/** Of @azure/core-rest-pipeline, which botbuilder's client is made with. */
interface Pipeline {
  removePolicy(options: { name: string }): unknown[];
  addPolicy(policy: typeof targetedPolicy): void;
}

/** Only one person sees it. Younger than the client ("Enable targeted messages for agents", 2026-02). */
const targetedPolicy = {
  name: "targeted",
  sendRequest<T>(request: { url: string }, next: (request: { url: string }) => T): T {
    request.url += "?isTargetedActivity=true";
    return next(request);
  },
};

/** What botbuilder signs its calls with. */
interface Credentials {
  getToken(): Promise<unknown>;
}

export type Connector = Awaited<ReturnType<TeamsAdapter["connector"]>>;

/** The two things that we take from botbuilder: who may call us, and a client of the Bot Connector. */
export class TeamsAdapter extends CloudAdapter {
  readonly #appId: string;
  readonly #tokenTimeout: number;
  #token: Promise<unknown> | undefined;

  constructor({ appId, tenantId, openIdMetadataUrl, tokenIssuer, loginUrl, tokenTimeout }: AdapterOptions) {
    // With an empty id botbuilder lets everybody in.
    if (appId.trim() === "") throw new Error("the bot's app id is empty, so anyone could call it");
    super(
      new ConfigurationBotFrameworkAuthentication(
        {
          MicrosoftAppType: "UserAssignedMSI",
          MicrosoftAppId: appId,
          MicrosoftAppTenantId: tenantId,
          ValidateAuthority: true,
          ToChannelFromBotLoginUrl: loginUrl,
          ToChannelFromBotOAuthScope: audience,
          ToBotFromChannelTokenIssuer: tokenIssuer,
          OAuthUrl: audience,
          ToBotFromChannelOpenIdMetadataUrl: openIdMetadataUrl,
          // The Emulator and other bots are none of our callers: their keys are not even fetched.
          ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadataUrl,
          CallerId: "",
        },
        undefined,
        {
          requiredEndorsements: [],
          // botbuilder has other ways in, which do not look at the service's address; all of them have other issuers.
          validateClaims: async (claims) => {
            if (!claims.some(({ type, value }) => type === "iss" && value === tokenIssuer))
              throw new Error("the token is not the Bot Framework's");
          },
        },
      ),
    );
    this.#appId = appId;
    this.#tokenTimeout = tokenTimeout ?? connectorTimeout.timeout;
  }

  /** Whether an activity comes from the Bot Framework, for us. @throws when it does not, or its keys can't be had */
  async verify(authorization: string, activity: unknown): Promise<void> {
    await quietly(() =>
      this.botFrameworkAuthentication.authenticateRequest(activity as Activity, authorization),
    );
  }

  /**
   * A client of the Bot Connector at an address. Unlike botbuilder's own it never repeats a call by itself, which would send a
   * message twice whose answer got lost, and sleeps through a rate limit: both are the queue's business.
   */
  async connector(serviceUrl: string, targeted = false) {
    const factory = this.botFrameworkAuthentication.createConnectorFactory(
      this.createClaimsIdentity(this.#appId),
    );
    const connector = await factory.create(serviceUrl, audience);
    await this.#tokenFor(connector["credentials"] as unknown as Credentials);
    // A private field without a type: botbuilder has no setting for this.
    const { pipeline } = connector["client"] as { pipeline: Pipeline };
    if (pipeline.removePolicy({ name: "defaultRetryPolicy" }).length !== 1)
      throw new Error("botbuilder's client has a different retry policy than before");
    if (targeted) pipeline.addPolicy(targetedPolicy);
    return connector.conversations;
  }

  /**
   * Has the token fetched, which botbuilder keeps. Not left to the call that needs it: an identity that does not answer holds that for
   * 95 seconds (botframework-connector 4.23.3), longer than anybody waits, and then it is sent all the same.
   * @throws PlatformUnwell when there is none in time
   */
  async #tokenFor(credentials: Credentials): Promise<void> {
    this.#token ??= credentials.getToken().finally(() => {
      this.#token = undefined;
    });
    const over = new AbortController();
    const late = sleep(this.#tokenTimeout, "late", { signal: over.signal, ref: false });
    try {
      if ((await Promise.race([this.#token, late])) === "late")
        throw new PlatformUnwell("the bot's identity got no token for Teams in time");
    } finally {
      over.abort();
      late.catch(() => undefined);
    }
  }
}
