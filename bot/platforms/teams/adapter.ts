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
 * Runs something without its console output: botbuilder writes an error and a key to the console for each token it refuses, and has no
 * setting for that. Anyone could fill the log with it.
 */
const quietly = <T>(work: () => Promise<T>): Promise<T> => quiet.run(true, work);

export interface AdapterOptions {
  /** The bot's app id, which is the client id of its managed identity. */
  readonly appId: string;
  readonly tenantId: string;
  /** Where the Bot Framework publishes its signing keys. */
  readonly openIdMetadataUrl: string;
  /** The issuer of its tokens. */
  readonly tokenIssuer: string;
  readonly loginUrl: string;
  /** How long to wait for the Bot Connector token, in milliseconds. */
  readonly tokenTimeout?: number | undefined;
}

/** The audience of the Bot Connector's tokens ("Authentication with the Bot Connector API", 2026-01). */
const audience = "https://api.botframework.com";

/** How long to wait for the Bot Connector, in milliseconds: Teams itself waits 15 seconds for the bot. */
export const connectorTimeout = { timeout: 10_000 } as const;

/** The pipeline of @azure/core-rest-pipeline, which botbuilder's client uses. */
interface Pipeline {
  removePolicy(options: { name: string }): unknown[];
  addPolicy(policy: typeof targetedPolicy): void;
}

/** Shows a message to only one person. Newer than the client ("Enable targeted messages for agents", 2026-02). */
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

/** The two things the bot uses botbuilder for: checking callers, and a client of the Bot Connector. */
export class TeamsAdapter extends CloudAdapter {
  readonly #appId: string;
  readonly #tokenTimeout: number;
  #token: Promise<unknown> | undefined;

  constructor({ appId, tenantId, openIdMetadataUrl, tokenIssuer, loginUrl, tokenTimeout }: AdapterOptions) {
    // With an empty id, botbuilder lets everyone in.
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
          // The Emulator and other bots may not call: don't even fetch their keys.
          ToBotFromEmulatorOpenIdMetadataUrl: openIdMetadataUrl,
          CallerId: "",
        },
        undefined,
        {
          requiredEndorsements: [],
          // botbuilder has other ways in that don't check the service's address; all of them have other issuers.
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

  /** Verifies that an activity comes from the Bot Framework, for this bot. @throws if it doesn't, or its keys can't be fetched */
  async verify(authorization: string, activity: unknown): Promise<void> {
    await quietly(() =>
      this.botFrameworkAuthentication.authenticateRequest(activity as Activity, authorization),
    );
  }

  /**
   * A client of the Bot Connector at an address. Unlike botbuilder's own, it never retries, which would send a message twice if its
   * answer was lost, and never sleeps through a rate limit: both are up to the queue.
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
   * Fetches the token, which botbuilder keeps. The call that needs it can't do that: an identity that doesn't answer would hold it up for
   * 95 seconds (botframework-connector 4.23.3), longer than anyone waits, and then send it anyway.
   * @throws PlatformUnwell if there is none in time
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
